/** The pool is full and the wait was too long, or the queue too. Nothing was sent to the database. */
export class PoolBusy extends Error {
  readonly code = "POOL_BUSY";
  constructor(reason: string) {
    super(`The database pool is busy: ${reason}. Nothing was sent.`);
    this.name = "PoolBusy";
  }
}

export interface PoolSemaphore {
  /** Resolves with the function that gives the slot back (calling it twice is harmless). Rejects with {@link PoolBusy}. */
  enter(): Promise<() => void>;
  /** As `enter`, where a slot is free: undefined else. Nobody who waits is overtaken, since none is free while somebody does. */
  enterNow(): (() => void) | undefined;
  readonly inside: number;
  readonly waiting: number;
}

interface Waiter {
  admit(): void;
}

/**
 * Never lets more than `max` requests into the driver. postgres.js pipelines whatever it is given, and a BEGIN that
 * becomes the hundredth query of one connection is never reserved: strangers then run inside that transaction
 * (porsager/postgres#1218). With at most one request for each connection there is no pipeline to fill.
 *
 * A wait ends at `queueMs` by its own timer, not when its turn comes: a pool that is stuck has no turns.
 * First come, first served; a freed slot goes to the oldest waiter and cannot be taken from under it.
 */
export function createPoolSemaphore(limits: {
  max: number;
  queueMax: number;
  queueMs: number;
}): PoolSemaphore {
  const { max, queueMax, queueMs } = limits;
  const waiters = new Set<Waiter>();
  let inside = 0;

  function slot(): () => void {
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      const [next] = waiters;
      if (next) next.admit();
      else inside--;
    };
  }

  function enterNow(): (() => void) | undefined {
    if (inside >= max) return undefined;
    inside++;
    return slot();
  }

  function enter(): Promise<() => void> {
    const free = enterNow();
    if (free) return Promise.resolve(free);
    if (waiters.size >= queueMax) {
      return Promise.reject(new PoolBusy(`${waiters.size} requests are waiting already`));
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.delete(waiter);
        reject(new PoolBusy(`no connection within ${queueMs} ms`));
      }, queueMs);
      const waiter: Waiter = {
        admit() {
          waiters.delete(waiter);
          clearTimeout(timer);
          resolve(slot());
        },
      };
      waiters.add(waiter);
    });
  }

  return {
    enter,
    enterNow,
    get inside() {
      return inside;
    },
    get waiting() {
      return waiters.size;
    },
  };
}
