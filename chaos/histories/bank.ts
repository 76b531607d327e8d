import { NeedsReview, NotTaken } from "../../server/idempotency/index.ts";
import type { Actor } from "./actor.ts";
import type { Shape } from "./step.ts";
import type { Tally } from "./tally.ts";

/** What a step asks another system for, in the name of one buyer's intent. */
export interface Request {
  op: "charge" | "notify";
  account: string;
  /** What the buyer wants, whatever key or order it goes by. */
  intent: number;
  order: string;
  amount: number;
  /** As the price list said when the step was first begun. */
  prices: number;
}
export interface Receipt {
  status: "paid" | "declined";
  reference: string;
}

export interface Entry {
  request: Request;
  receipt: Receipt;
  providerKey: string;
  fence: number;
}

/**
 * Another system with a journal of its own, which nothing of ours can change. Arrival and answer are two places: what
 * lies between them has happened, and nobody has been told.
 */
export class Bank {
  readonly journal: Readonly<Entry>[] = [];
  /** Every call that was let out, in order. */
  readonly calls: { op: string; providerKey: string; fence: number; bytes: string }[] = [];
  readonly #kind: Shape["bank"];
  readonly #tally: Tally;
  readonly #arrived: (entry: Entry) => void;
  #known = new Map<string, { bytes: string; receipt: Receipt }>();

  constructor(kind: Shape["bank"], tally: Tally, arrived: (entry: Entry) => void) {
    this.#kind = kind;
    this.#tally = tally;
    this.#arrived = arrived;
  }

  async send(actor: Actor, fence: number, request: Request, providerKey: string): Promise<Receipt> {
    const bytes = JSON.stringify(request);
    this.calls.push({ op: request.op, providerKey, fence, bytes });
    const way = await actor.meet("call");
    if (way === "is refused before anything") {
      this.#tally.add("bank: a call is refused before anything");
      throw new NotTaken("no connection");
    }
    const receipt = this.#take(request, bytes, providerKey, fence, way === "is declined");
    if ((await actor.meet("answer")) === "loses the answer") throw this.#lost("an answer");
    return receipt;
  }

  async lookUp(actor: Actor, providerKey: string): Promise<Receipt | undefined> {
    if ((await actor.meet("look-up")) === "loses the answer") throw this.#lost("a look-up");
    const found = this.journal.find((entry) => entry.providerKey === providerKey)?.receipt;
    this.#tally.add(`bank: a look-up finds ${found ? "it" : "nothing"}`);
    return found;
  }

  /** What a bank does with keys after their life: the charges stay, the keys are gone. */
  forgetKeys(): void {
    this.#known = new Map();
  }

  #lost(what: string): Error {
    this.#tally.add(`bank: ${what} is lost`);
    return new Error("half an answer");
  }

  #take(request: Request, bytes: string, providerKey: string, fence: number, declined: boolean) {
    const known = this.#known.get(providerKey);
    if (known !== undefined && known.bytes !== bytes)
      throw new NeedsReview("this key had another request");
    if (known !== undefined) this.#tally.add("bank: a key it knows is given the first result");
    if (known !== undefined) return known.receipt;
    const status = declined && request.op === "charge" ? "declined" : "paid";
    const receipt: Receipt = { status, reference: `${request.op}-${this.journal.length}` };
    const entry = Object.freeze({ request, receipt, providerKey, fence });
    this.journal.push(entry);
    this.#tally.add(`bank: ${request.op} ${status}`);
    this.#arrived(entry);
    if (this.#kind === "honest") this.#known.set(providerKey, { bytes, receipt });
    return receipt;
  }
}
