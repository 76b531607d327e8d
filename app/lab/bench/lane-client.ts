import { makeKey } from "../../../server/idempotency/client/index.ts";
import { tabName } from "../../checkout/intent/tab-name.ts";
import type { Money } from "../../checkout/intent/record.ts";
import type { Lane } from "../../trpc/outputs.ts";
import { readLaneAnswer } from "./read-lane-answer.ts";

export type LaneState =
  | { at: "idle" }
  | { at: "paying" }
  | { at: "paid"; amount: number; currency: string }
  | { at: "declined"; code: string }
  /** No answer, or one that says nothing about the money. `said`: what this lane told its customer. */
  | { at: "unknown-naive"; said: string }
  | { at: "refused"; code: string; said: string };

/** What only this page knows; the screen says so beside it. */
export interface LaneView {
  state: LaneState;
  clicks: number;
  fetches: number;
}

export interface LanePress {
  orderId: string;
  runKey: string;
  paymentMethod: string;
  expectedTotal: Money;
  plan: string;
}

const PATIENCE_MS = 12_000;
const SENDS_BY_CODE = 3;
const BETWEEN_SENDS_MS = 500;

/**
 * The client of a lane, as such clients are written. Without a key: one `fetch` for each press, no guard, no retry.
 * Where the lane has a key the code asks again by itself: with the same key, or with a new one each time, which is
 * the mistake of `key-per-send`.
 */
export class LaneClient {
  readonly #lane: Pick<Lane, "lane" | "clientKey">;
  readonly #listeners = new Set<() => void>();
  #view: LaneView = { state: { at: "idle" }, clicks: 0, fetches: 0 };
  #inFlight = 0;

  constructor(lane: Pick<Lane, "lane" | "clientKey">) {
    this.#lane = lane;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  readonly view = (): LaneView => this.#view;

  async press(pressed: LanePress): Promise<void> {
    this.#show({ clicks: this.#view.clicks + 1, state: { at: "paying" } });
    const sends = this.#lane.clientKey === "none" ? 1 : SENDS_BY_CODE;
    this.#inFlight += 1;
    let state: LaneState = { at: "unknown-naive", said: "" };
    for (let send = 1; send <= sends; send += 1) {
      state = await this.#send(pressed, send === 1 ? "you" : "app");
      if (state.at !== "unknown-naive" && !isOpen(state)) break;
      if (send < sends) await new Promise((resolve) => setTimeout(resolve, BETWEEN_SENDS_MS));
    }
    this.#inFlight -= 1;
    // It believes whoever answers last, and forgets what came before: that is what "naive" means.
    this.#show({
      state: this.#inFlight > 0 && state.at === "unknown-naive" ? this.#view.state : state,
    });
  }

  async #send(pressed: LanePress, by: "you" | "app"): Promise<LaneState> {
    const { plan, ...body } = pressed;
    this.#show({ fetches: this.#view.fetches + 1 });
    try {
      const response = await fetch("/api/trpc/lab.pay", {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "x-client-attempt": `${nextNumber(pressed.runKey)};by=${by};tab=${tabName()}`,
          ...(plan !== "" && { "x-fault-plan": plan }),
        },
        body: JSON.stringify({ lane: this.#lane.lane, ...body, ...this.#key(pressed) }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
      return readLaneAnswer(response.status, await response.text());
    } catch {
      return { at: "unknown-naive", said: "" };
    }
  }

  #key({ runKey }: LanePress): { idempotencyKey?: string } {
    const { clientKey } = this.#lane;
    if (clientKey === "none") return {};
    return { idempotencyKey: clientKey === "kept" ? runKey : makeKey() };
  }

  #show(more: Partial<LaneView>): void {
    this.#view = { ...this.#view, ...more };
    for (const listener of this.#listeners) listener();
  }
}

function isOpen(state: LaneState): boolean {
  return state.at === "refused" && /^(IN_PROGRESS|RELEASED|STORE_UNAVAILABLE)$/.test(state.code);
}

/** Counts this tab's sends of a run, over reloads: the server tells a resend from a send by it. */
function nextNumber(runKey: string): number {
  const name = `payonce.lab.sends.${runKey}`;
  try {
    const next = Number(sessionStorage.getItem(name) ?? 0) + 1;
    sessionStorage.setItem(name, String(next));
    return next;
  } catch {
    return Math.floor(performance.now()) + 1;
  }
}
