import { createHash } from "node:crypto";
import { makeKey } from "../client/make-key.ts";
import type { ContractCall, ContractReply, ContractSubject } from "./subject.ts";

/** A promise that was broken; the trial's lines show how. */
export class Broken extends Error {
  override readonly name = "Broken";
}

/** One run of a scenario: sends, counts, and writes down what a reader needs to believe the verdict. */
export class Trial {
  readonly lines: string[] = [];
  readonly account: string;
  readonly other: string | undefined;
  readonly subject: ContractSubject;
  #sends = 0;

  constructor(subject: ContractSubject) {
    const [account = "contract", other] = subject.accounts ?? [];
    this.subject = subject;
    this.account = account;
    this.other = other;
  }

  freshKey(): string {
    return makeKey();
  }

  /** @param by the subject's function that makes the request; a scenario names what it `needs` */
  async send(
    key: string | undefined,
    input: ContractCall["input"] = "first",
    account = this.account,
    by: "call" | "callOther" | "decline" = "call",
  ): Promise<ContractReply> {
    const send = (this.#sends += 1);
    const how = by === "call" ? "sends" : `by ${by} sends`;
    const told = `${send}. ${account} ${how} ${input} under ${key === undefined ? "no key" : name(key)}`;
    const reply = await this.subject[by]?.({ account, key, input }).catch((error: unknown) => {
      this.lines.push(`${told}: no answer (${String(error)})`);
    });
    if (reply === undefined) throw new Broken("a request got no answer");
    this.lines.push(`${told}: ${reply.status}, ${bytes(reply)}`);
    return reply;
  }

  /** Runs `work` and gives how many effects it had for the account. */
  async effectsOf(work: () => Promise<unknown>, account = this.account): Promise<number> {
    const before = await this.subject.sideEffects(account);
    await work();
    const effects = (await this.subject.sideEffects(account)) - before;
    this.lines.push(`   effects for ${account}: ${effects}`);
    return effects;
  }

  /** Asks again under the same key until the answer is definite. Never under another. */
  async settle(key: string, input: ContractCall["input"] = "first"): Promise<ContractReply> {
    const definite = async () => {
      const reply = await this.send(key, input);
      return isNotYet(reply) ? undefined : reply;
    };
    return await this.#inTime(definite, (ms) => `after ${ms} ms there is no answer`);
  }

  /**
   * Has a request's answer lost, and sees that this happened. A fault that was not made would leave an ordinary first
   * request behind, which every procedure answers well.
   */
  async lose(key: string): Promise<void> {
    const { account, subject } = this;
    const before = await subject.sideEffects(account);
    const heard = await subject
      .loseAnswer?.({ account, key, input: "first" })
      .catch((error: unknown) => error);
    this.lines.push(`   a request under "${key}" loses its answer`);
    const status = statusOf(heard);
    if (status !== undefined && isSuccess({ status }))
      throw new Broken(`the fault was not seen: loseAnswer brought an answer (${status})`);
    const got = status === undefined ? "" : `, it brought ${status}`;
    await this.#inTime(
      async () => (await subject.sideEffects(account)) > before || undefined,
      (ms) => `the fault was not seen: ${ms} ms after loseAnswer there is no effect${got}`,
    );
  }

  async #inTime<T>(
    look: () => Promise<T | undefined>,
    tooLate: (ms: number) => string,
  ): Promise<T> {
    const giveUpAt = performance.now() + settleWithinMs(this.subject);
    for (;;) {
      const seen = await look();
      if (seen !== undefined) return seen;
      if (performance.now() >= giveUpAt) throw new Broken(tooLate(settleWithinMs(this.subject)));
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  expect(holds: boolean, promise: string): void {
    if (!holds) throw new Broken(promise);
  }
}

/** "Still running" and "unknown": the same key may be sent again. */
export function isNotYet({ status }: Pick<ContractReply, "status">): boolean {
  return status === 409 || status === 503;
}

export function isSuccess({ status }: Pick<ContractReply, "status">): boolean {
  return status >= 200 && status < 300;
}

export function settleWithinMs({ settleWithinMs: own }: ContractSubject): number {
  return own ?? 15_000;
}

/** Of whatever `loseAnswer` resolved to: a reply of `call`, a `Response`, an error, nothing. */
function statusOf(heard: unknown): number | undefined {
  const { status } = Object(heard);
  return typeof status === "number" ? status : undefined;
}

function name(key: string): string {
  return key.length > 36 ? `a key of ${key.length} characters` : `"${key}"`;
}

function bytes({ body }: ContractReply): string {
  const sha = createHash("sha256").update(body).digest("hex").slice(0, 8);
  return `${Buffer.byteLength(body)} bytes (sha256 ${sha}…) ${body.length > 160 ? `${body.slice(0, 160)}…` : body}`;
}
