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

  async send(
    key: string | undefined,
    input: ContractCall["input"] = "first",
    account = this.account,
  ): Promise<ContractReply> {
    const send = (this.#sends += 1);
    const told = `${send}. ${account} sends ${input} under ${key === undefined ? "no key" : name(key)}`;
    const reply = await this.subject.call({ account, key, input }).catch((error: unknown) => {
      this.lines.push(`${told}: no answer (${String(error)})`);
      throw new Broken("a request got no answer");
    });
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
    const giveUpAt = performance.now() + (this.subject.settleWithinMs ?? 15_000);
    for (;;) {
      const reply = await this.send(key, input);
      if (!isNotYet(reply)) return reply;
      if (performance.now() >= giveUpAt)
        throw new Broken(`after ${this.subject.settleWithinMs ?? 15_000} ms there is no answer`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  expect(holds: boolean, promise: string): void {
    if (!holds) throw new Broken(promise);
  }
}

/** "Still running" and "unknown": the same key may be sent again. */
export function isNotYet({ status }: ContractReply): boolean {
  return status === 409 || status === 503;
}

export function isSuccess({ status }: ContractReply): boolean {
  return status >= 200 && status < 300;
}

function name(key: string): string {
  return key.length > 36 ? `a key of ${key.length} characters` : `"${key}"`;
}

function bytes({ body }: ContractReply): string {
  const sha = createHash("sha256").update(body).digest("hex").slice(0, 8);
  return `${Buffer.byteLength(body)} bytes (sha256 ${sha}…) ${body.length > 160 ? `${body.slice(0, 160)}…` : body}`;
}
