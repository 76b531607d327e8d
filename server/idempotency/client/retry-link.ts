import { TRPCClientError, type Operation, type TRPCLink } from "@trpc/client";
import type { AnyTRPCRouter } from "@trpc/server";
import { observable } from "@trpc/server/observable";
import { keyOf } from "./mirror-key.ts";
import { readOutcome, responseOf, type SendOutcome } from "./read-outcome.ts";
import { mayRetry, retryDelayMs, retryLimits } from "./retry-rule.ts";

/**
 * What the caller of a keyed mutation is told while the link works, by way of `op.context.watch`. It outlives the
 * component that pressed the button: nothing hangs on `mutate()` callbacks.
 */
export interface SendWatch {
  /** Just before each `fetch`; `send` counts from 1 in this run. Returns the value of `X-Client-Attempt`. */
  began(send: number): string;
  ended(outcome: SendOutcome): void;
  /** The link sleeps for `delayMs`; `sendNow` ends the sleep. */
  waiting(wait: { send: number; delayMs: number; reason: SendOutcome; sendNow: () => void }): void;
}

export interface RetryLinkOptions {
  random?: () => number;
  isOnline?: () => boolean;
  deadlineMs?: number;
}

/**
 * The only retry layer of the client. Sends the *same operation object* again, so key and input cannot drift, with a
 * fresh deadline each time (an abort is no cancellation: the server goes on), at most 6 sends or 60 s.
 * Operations without a key pass through once.
 */
export function retryLink<Router extends AnyTRPCRouter>(
  options: RetryLinkOptions = {},
): TRPCLink<Router> {
  const random = options.random ?? Math.random;
  const isOnline = options.isOnline ?? (() => globalThis.navigator?.onLine !== false);
  const deadlineMs = options.deadlineMs ?? retryLimits.deadlineMs;

  return () =>
    ({ op, next }) =>
      observable((observer) => {
        const keyed = keyOf(op) !== null;
        const watch = keyed ? readWatch(op) : null;
        const endsAt = Date.now() + retryLimits.windowMs;
        let cancel = () => {};
        let stopped = false;

        function send(count: number) {
          if (stopped) return;
          const deadline = AbortSignal.timeout(deadlineMs);
          // Without a watch the sends of this run are numbered, so that the server's log can tell them from a proxy's.
          const clientAttempt = watch ? watch.began(count) : keyed ? String(count) : undefined;
          const subscription = next({
            ...op,
            signal: op.signal ? AbortSignal.any([op.signal, deadline]) : deadline,
            context: { ...op.context, clientAttempt },
          }).subscribe({
            next(envelope) {
              const replayed = responseOf(envelope.context)?.headers.get("idempotent-replayed");
              watch?.ended({ kind: "answered", replayed: replayed === "true" });
              observer.next(envelope);
            },
            error(error) {
              const outcome = readOutcome(error);
              watch?.ended(outcome);
              again(count, outcome, error);
            },
            complete: () => observer.complete(),
          });
          cancel = () => subscription.unsubscribe();
        }

        function again(count: number, outcome: SendOutcome, error: TRPCClientError<Router>) {
          if (stopped) return;
          const asked = outcome.kind === "refused" ? outcome.retryAfterMs : null;
          const delayMs = retryDelayMs(count, asked, random());
          const over = count >= retryLimits.sendsMax || Date.now() + delayMs >= endsAt;
          // Offline, each further send would fail at once and burn the six: coming online starts a new run.
          // A caller that aborted waits for nothing more, and no `fetch` of theirs would leave.
          const left = op.signal?.aborted === true;
          if (!keyed || over || left || !mayRetry(outcome) || !isOnline())
            return observer.error(error);
          const giveUp = () => observer.error(error);
          const wake = () => {
            clearTimeout(timer);
            op.signal?.removeEventListener("abort", giveUp);
          };
          const sendNow = () => {
            wake();
            send(count + 1);
          };
          const timer = setTimeout(() => {
            // A device that slept fires its timers when it wakes: nothing may leave by itself hours later.
            if (Date.now() >= endsAt || !isOnline()) return giveUp();
            sendNow();
          }, delayMs);
          op.signal?.addEventListener("abort", giveUp);
          cancel = wake;
          watch?.waiting({ send: count, delayMs, reason: outcome, sendNow });
        }

        send(1);
        return () => {
          stopped = true;
          cancel();
        };
      });
}

function readWatch(op: Operation): SendWatch | null {
  const watch = op.context["watch"];
  return isWatch(watch) ? watch : null;
}

function isWatch(value: unknown): value is SendWatch {
  return typeof value === "object" && value !== null && "began" in value && "waiting" in value;
}
