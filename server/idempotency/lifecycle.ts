/**
 * What can happen to an attempt: a closed list. Listeners are awaited, so a listener that never returns
 * is an attempt that died there, and one that waits is an attempt that stalled there.
 */
export const LIFECYCLE = [
  "before-claim",
  "after-claim",
  "waiting",
  "replayed",
  "refused",
  "before-provider",
  "after-provider",
  "before-commit",
  "after-commit",
  "released",
  "voided",
  "unknown",
  "needs-review",
  "fenced",
] as const;

export type LifecyclePoint = (typeof LIFECYCLE)[number];

export interface LifecycleEvent {
  point: LifecyclePoint;
  account: string;
  key: string;
  procedure: string;
  orderId?: string;
  fence?: number;
  /** The step's name at `before-provider` and `after-provider`, and at `before-commit` and `after-commit` of what a step has recorded alone. */
  step?: string;
  /**
   * At `before-claim`: the request's fingerprint. At `after-claim`: `claimed` by the first fence, `taken over` by every later one, of a
   * released key too. At `refused`: the code. At `needs-review`: what a person has to look at; at `unknown` the same, where it could
   * not be written down.
   */
  detail?: string;
}

export type Listener = (event: LifecycleEvent) => Promise<void>;

export type Emit = (
  point: LifecyclePoint,
  more?: { fence?: number; orderId?: string; step?: string; detail?: string },
) => Promise<void>;

const NOBODY_LISTENS = Promise.resolve();
const toNobody: Emit = () => NOBODY_LISTENS;

export function emitter({
  onEvent,
  account,
  key,
  procedure,
}: Pick<LifecycleEvent, "account" | "key" | "procedure"> & { onEvent?: Listener }): Emit {
  if (!onEvent) return toNobody;
  return (point, more) => onEvent({ point, account, key, procedure, ...more });
}
