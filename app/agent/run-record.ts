/** A run that this browser began: kept before the first send, so that a reload asks with the same key and goal. */
export interface RunRecord {
  idempotencyKey: string;
  goal: string;
}

const name = (key: string) => `payonce.agent.${key}`;

export function keepRun(run: RunRecord): void {
  try {
    localStorage.setItem(name(run.idempotencyKey), run.goal);
  } catch {
    // The address has the key, and the server keeps the goal from the first claim on.
  }
}

export function recallGoal(idempotencyKey: string): string | undefined {
  try {
    return localStorage.getItem(name(idempotencyKey)) ?? undefined;
  } catch {
    return undefined;
  }
}
