import { expect, test } from "vitest";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import { CountingBank } from "../../test-kit/counting-bank.ts";
import { packageUnderTest } from "../../test-kit/package-under-test.ts";
import { type Attempt, IdempotencyError, runOnce } from "../index.ts";
import { type Operation, runOperation } from "./operation.ts";

const db = packageUnderTest();

const before = z.strictObject({ amount: z.number().int() });
/** A deploy later: one more member, which clients of the former version do not send. */
const after = z.strictObject({ amount: z.number().int(), reason: z.string().default("") });

class Refund {
  readonly bank = new CountingBank();
  readonly key = uuidv7();

  /** As a process of that version answers a client. Gives the text, or the code of the refusal. */
  async asked(input: typeof before | typeof after, request: unknown): Promise<string> {
    return await told(() =>
      runOperation(KEEPING, this.#operation(input), { ...this.#of, input: input.parse(request) }),
    );
  }

  /** The same without the version's reading of what is recorded. */
  async askedUnread(input: typeof after, request: unknown): Promise<string> {
    const { procedure, handler } = this.#operation(input);
    const of = { ...this.#of, input: input.parse(request) };
    return await told(() =>
      runOnce({ ...KEEPING, ...of, procedure, handler: (attempt) => handler(attempt, of) }),
    );
  }

  readonly #of = { account: "ann", key: this.key };

  #operation<Input extends typeof before | typeof after>(
    input: Input,
  ): Operation<object, Input, z.ZodObject<{ gaveBack: z.ZodNumber }>> {
    const { bank, key: orderId } = this;
    return {
      procedure: "refund",
      input,
      handler: async (attempt: Attempt, { input: { amount } }) => {
        await attempt.step("refund", {
          request: () => ({ orderId }),
          send: (request, providerKey) => bank.send(attempt.fence, request, providerKey),
        });
        return await attempt.commit({ gaveBack: amount });
      },
    };
  }
}

const KEEPING = {
  get store() {
    return db.pool.db;
  },
  namespace: "test",
  limits: { leaseMs: 2_000, waitMs: 200, recoverWithinMs: 3_600_000 },
};

async function told(run: () => Promise<{ text: string }>): Promise<string> {
  return await run().then(
    ({ text }) => text,
    (error: unknown) => (error instanceof IdempotencyError ? error.code : String(error)),
  );
}

const TWENTY = { amount: 20 };

test("a deploy that reads one more member with a default gives a completed request its bytes again, and one in doubt its end", async () => {
  const done = new Refund();
  const text = await done.asked(before, TWENTY);
  expect(await done.asked(after, TWENTY)).toBe(text);

  const inDoubt = new Refund();
  inDoubt.bank.mishaps.push("loses the answer");
  expect(await inDoubt.asked(before, TWENTY)).toBe("OUTCOME_UNKNOWN");
  expect(await inDoubt.asked(after, TWENTY)).toBe('{"gaveBack":20}');
  expect(inDoubt.bank.charges).toHaveLength(1);
});

test("another request is another one, whichever version reads it", async () => {
  const refund = new Refund();
  await refund.asked(before, TWENTY);
  expect(await refund.asked(after, { amount: 30 })).toBe("KEY_REUSED");
  expect(await refund.asked(after, { amount: 20, reason: "broken" })).toBe("KEY_REUSED");
  expect(await refund.asked(before, { amount: 30 })).toBe("KEY_REUSED");
});

test("a version that cannot read what another has accepted says that it does not know, and never that nothing ran", async () => {
  const refund = new Refund();
  await refund.asked(after, { amount: 20, reason: "broken" });
  expect(await refund.asked(before, TWENTY)).toBe("OUTCOME_UNKNOWN");
  expect(refund.bank.charges).toHaveLength(1);
});

test.each([
  ["a deploy that reads more", before, after, TWENTY],
  ["one that cannot read it", after, before, { amount: 20, reason: "broken" }],
])("what was given up is told as given up to %s", async (_whom, made, asks, request) => {
  const refund = new Refund();
  refund.bank.mishaps.push("refuses");
  expect(await refund.asked(made, request)).toBe("RELEASED");
  await db.owner`update idempotency_keys set state = 'voided' where key = ${refund.key}`;
  expect(await refund.asked(asks, TWENTY)).toBe("VOIDED");
  expect(refund.bank.charges).toEqual([]);
});

test("known bad: with fingerprints alone, the retry of a refund that was made is told that nothing ran", async () => {
  const refund = new Refund();
  await refund.asked(before, TWENTY);
  expect(await refund.askedUnread(after, TWENTY)).toBe("KEY_REUSED");
  expect(refund.bank.charges).toHaveLength(1);
});
