/** An account as a browser knows it: its name for people, and its tag to tell it from all others. */
export interface Whose {
  name: string;
  tag: string;
}

/** A run that this browser began: kept before the first send, so that a reload asks with the same key and goal. */
export interface RunRecord {
  goal: string;
  /** For another account the key is a new one, and what it asks for would be bought again. */
  by: Whose;
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
    const { goal, by } = kept ?? {};
    return goal === undefined || by === undefined ? undefined : { goal, by };
  } catch {
    return undefined;
  }
}
