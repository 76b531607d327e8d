/** A run that this browser began: kept before the first send, so that a reload asks with the same key and goal. */
export interface RunRecord {
  goal: string;
  /** By its public name. For another account the key is a new one, and what it asks for would be bought again. */
  account: string;
}

const name = (key: string) => `payonce.agent.${key}`;

export function keepRun(key: string, run: RunRecord): void {
  try {
    localStorage.setItem(name(key), JSON.stringify(run));
  } catch {
    // The address has the key, and the server keeps the goal from the first claim on.
  }
}

export function recallRun(key: string): RunRecord | undefined {
  try {
    const kept: Partial<RunRecord> | null = JSON.parse(localStorage.getItem(name(key)) ?? "null");
    const { goal, account } = kept ?? {};
    return goal === undefined || account === undefined ? undefined : { goal, account };
  } catch {
    return undefined;
  }
}
