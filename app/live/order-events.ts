import { api } from "../trpc/client.ts";
import type { TimelineEvent } from "../trpc/outputs.ts";
import { joinStream } from "./join-stream.ts";
import { noteLive } from "./live-state.ts";

/** Nothing is drawn more often than ten times a second, however fast it comes. */
const TELL_EVERY_MS = 100;

export interface OrderEvents {
  /** In the order in which they happened; undefined until the server has answered. */
  events: readonly TimelineEvent[] | undefined;
  /** `live`, or since when what stands here is old (milliseconds). */
  since: number | "live" | undefined;
}

/**
 * One order's events, live: what is new from the stream, what was before from `timeline.list`, asked again each time the
 * stream (re)connects. Events are known by their ids, so that one which comes both ways counts once.
 */
export class LiveOrder {
  #known = new Map<string, TimelineEvent>();
  #answered = false;
  #since: OrderEvents["since"];
  #state: OrderEvents = { events: undefined, since: undefined };
  #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leave: (() => void) | undefined;
  readonly orderId: string;

  constructor(orderId: string) {
    this.orderId = orderId;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#leave ??= joinStream((message) => {
      noteLive("stream", message.type === "lost" ? "lost" : "live");
      if (message.type === "lost") {
        if (this.#since === "live" || this.#since === undefined) this.#since = message.at;
      } else {
        if (this.#since !== "live") void this.#list();
        this.#since = "live";
      }
      if (message.type === "events") this.#take(message.events);
      else this.#tellSoon();
    });
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0) return;
      this.#leave?.();
      this.#leave = undefined;
      noteLive("stream", null);
      this.#since = undefined;
    };
  };

  readonly read = (): OrderEvents => this.#state;

  async #list(): Promise<void> {
    const listed = await api.timeline.list.query({ orderId: this.orderId }).catch(() => undefined);
    if (!listed) return;
    this.#answered = true;
    this.#take(listed);
    this.#tellSoon();
  }

  #take(events: readonly TimelineEvent[]): void {
    const own = events.filter(
      ({ orderId, id }) => orderId === this.orderId && !this.#known.has(id),
    );
    for (const event of own) this.#known.set(event.id, event);
    if (own.length > 0) this.#tellSoon();
  }

  #tellSoon(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const events = [...this.#known.values()].sort(inOrder);
      this.#state = {
        events: this.#answered || events.length > 0 ? events : undefined,
        since: this.#since,
      };
      for (const listener of this.#listeners) listener();
    }, TELL_EVERY_MS);
  }
}

function inOrder(a: TimelineEvent, b: TimelineEvent): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return Number(BigInt(a.id) - BigInt(b.id));
}
