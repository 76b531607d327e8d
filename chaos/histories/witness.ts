import type { Entry } from "./bank.ts";
import { Refusals } from "./refusals.ts";
import type { Asking } from "./step.ts";
import type { Answer } from "./variant.ts";

/** Of the contract, and three of this test's own: a refusal that was not true, a request and a result that changed. */
export type Property =
  | `S${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 16}`
  | `L${1 | 2 | 5 | 7}`
  | "refusal"
  | "frozen"
  | "recorded";

export interface Violation {
  property: Property;
  said: string;
}

/** Who asked for what. `input` is the amount: two amounts under one key are two requests. */
export interface Asked {
  who: string;
  account: string;
  key: string;
  intent: number;
  order: string;
  amount: number;
  how: Asking;
  /** When the asking began, as the witness counts. */
  since: number;
}

/** What an asker was told, or `info` when it was told nothing definite. */
export interface Told extends Asked {
  code: string;
  text?: string;
  /** Under which fence it was told. */
  fence?: number;
  /** Something was done to this very attempt: it may know nothing. */
  isTroubled: boolean;
  /** Another system was asked, not only rows written. */
  hasBank: boolean;
}

/** What may be told to whoever asks for what was answered before. */
const ANSWERED = /^(answer|KEY_EXPIRED)$/;

/**
 * Looks on from outside, and says at once when what was told and what the bank has written down do not fit. Knows
 * nothing of the tables.
 */
export class Witness {
  readonly violations: Violation[] = [];
  readonly told: Told[] = [];
  /** Keys whose answer is no longer kept. */
  readonly expired = new Set<string>();
  /** The newest fence that was granted, by key. */
  readonly fences = new Map<string, number>();
  readonly refusals = new Refusals();
  readonly #sends = new Set<string>();
  readonly #requests = new Map<string, string>();
  /** The fence that went on to the next step, which writes the first one's result down. */
  readonly #wentOn = new Map<string, number>();
  readonly #journal: () => readonly Entry[];

  constructor(journal: () => readonly Entry[]) {
    this.#journal = journal;
  }

  violates(property: Property, said: string): void {
    this.violations.push({ property, said });
  }

  /** The amount that a key stands for, once somebody was granted it. */
  amountOf(account: string, key: string): number | undefined {
    return this.refusals.amountOf(`${account} ${key}`);
  }

  grants(asked: Asked, fence: number): void {
    const { account, key } = asked;
    this.refusals.owns(asked);
    const name = `${account} ${key}`;
    if (this.expired.has(name)) this.violates("S16", `${name} was granted after it had expired`);
    if (this.told.some((told) => told.code === "answer" && `${told.account} ${told.key}` === name))
      this.violates("S3", `${key} is run again after it was answered`);
    if ((this.fences.get(name) ?? 0) >= fence)
      this.violates("S10", `fence ${fence} of ${key} was granted twice`);
    this.fences.set(name, Math.max(fence, this.fences.get(name) ?? 0));
  }

  /** A handler begins. */
  runs({ account, key, amount }: Asked): void {
    const name = `${account} ${key}`;
    const first = this.refusals.amountOf(name);
    if (first !== amount) this.violates("S11", `${name} ran for ${first} and for ${amount}`);
  }

  /** A call is let out. */
  sends(op: string, { account, key }: Asked, fence: number, providerKey: string, bytes: string) {
    const send = `${op} ${account} ${key} ${fence}`;
    if (this.#sends.has(send)) this.violates("S10", `two calls of fence ${fence}: ${send}`);
    this.#sends.add(send);
    const frozen = this.#requests.get(providerKey) ?? bytes;
    this.#requests.set(providerKey, frozen);
    if (frozen !== bytes) this.violates("frozen", `${frozen} and then ${bytes}`);
    this.asks(op, { account, key }, fence);
  }

  /** A call, or a look-up. An attempt that was granted after the next step had begun reads the first one's result. */
  asks(op: string, { account, key }: Pick<Asked, "account" | "key">, fence: number): void {
    const name = `${account} ${key}`;
    if (op === "notify") this.#wentOn.set(name, this.#wentOn.get(name) ?? fence);
    if (op === "charge" && (this.#wentOn.get(name) ?? fence) < fence)
      this.violates("recorded", `fence ${fence} asks for what ${name} has been given`);
  }

  /** Something is written into the bank's journal. */
  arrived({ request: { op, account, intent, order }, receipt, fence }: Entry): void {
    if (op !== "charge" || receipt.status !== "paid") return;
    const captured = this.captures(account).filter((entry) => entry.request.order === order);
    if (captured.length > 1) this.violates("S1", `${captured.length} charges for ${order}`);
    const given = this.told.find(
      (told) =>
        told.account === account &&
        told.intent === intent &&
        (told.code === "VOIDED" || (told.code === "RELEASED" && (told.fence ?? 0) >= fence)),
    );
    if (given) this.violates("S5", `${given.who} was told ${given.code}, and then it was charged`);
  }

  captures(account: string): readonly Entry[] {
    return this.#journal().filter(
      ({ request, receipt }) =>
        request.op === "charge" && receipt.status === "paid" && request.account === account,
    );
  }

  /** Somebody is given an answer, or a reason. */
  tells(told: Told): void {
    this.told.push(told);
    const { who, account, key, intent, code, fence = 0, text } = told;
    const captured = this.captures(account);
    const wasAnswered = this.refusals.wasAnswered(told);
    const name = `${account} ${key}`;
    const why = this.refusals.tells(told, captured, this.expired.has(name));
    if (why !== undefined) this.violates("refusal", `${who} was told ${code}, and ${why}`);
    // Who knows nothing may say so: something was done to it.
    const may = told.isTroubled ? /^(answer|KEY_EXPIRED|OUTCOME_UNKNOWN|info)$/ : ANSWERED;
    if (wasAnswered && !may.test(code))
      this.violates("S2", `${who} asked for what was answered before, and was told ${code}`);
    if (code === "answer" && text !== undefined) return this.#answers(told, text);
    // Of what a later attempt did meanwhile "released" says nothing: the same key asks again and is told.
    const taken = captured.filter((entry) => entry.request.intent === intent);
    if (
      (code === "RELEASED" && taken.some((entry) => entry.fence <= fence)) ||
      (code === "VOIDED" && taken.length > 0)
    )
      this.violates("S14", `${who} was told ${code} of a charge that had been taken`);
  }

  #answers(told: Told, text: string): void {
    const { who, account, key, intent, amount, hasBank } = told;
    const answer = JSON.parse(text);
    const paid = this.captures(account).some((entry) => entry.request.intent === intent);
    if (answer.account !== account) this.violates("S12", `${who} of ${account} got ${text}`);
    if (answer.amount !== amount) this.violates("S11", `${who} asked for ${amount}, got ${text}`);
    if (answer.status === "paid" && hasBank && !paid)
      this.violates("S4", `${who} was told of a payment that the bank does not know`);
    if (answer.status === "declined" && paid)
      this.violates("S5", `${who} was told "declined" of a charge that had been taken`);
    if (hasBank && !this.isOfJournal(intent, answer))
      this.violates("S4", `${who} got ${text}, of which the bank knows nothing`);
    const other = this.told.find(
      (one) =>
        one.account === account && one.key === key && one.text !== text && one.code === "answer",
    );
    if (other) this.violates("S2", `${other.text} and then ${text}`);
  }

  /** Whether an answer says of this intent what the bank has written down. */
  isOfJournal(intent: number, { status, account, amount, reference }: Answer): boolean {
    return this.#journal().some(
      ({ request, receipt }) =>
        request.op === "charge" &&
        request.account === account &&
        request.intent === intent &&
        request.amount === amount &&
        receipt.status === status &&
        receipt.reference === reference,
    );
  }

  /** S9: what was acknowledged was captured, and what was captured is acknowledged or not yet known. */
  atRest(account: string): void {
    const acknowledged = new Set(
      this.told.flatMap((told) =>
        told.account === account && told.text?.includes('"paid"') ? [told.intent] : [],
      ),
    );
    const captured = new Set(this.captures(account).map((entry) => entry.request.intent));
    for (const intent of acknowledged)
      if (!captured.has(intent))
        this.violates("S9", `intent ${intent} was acknowledged for nothing`);
  }
}
