import { initTRPC, TRPCError, type AnyTRPCRouter } from "@trpc/server";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type DoorContext, serveRouter, type ServedRouter } from "../../test-kit/door-over-http.ts";
import { packageUnderTest } from "../../test-kit/package-under-test.ts";
import { createIdempotency, idempotencyErrors } from "../trpc/index.ts";
import {
  type ContractCall,
  type ContractSubject,
  describeIdempotency,
  tellVerdict,
  testIdempotency,
  type Verdict,
} from "./index.ts";

const db = packageUnderTest();
const served: ServedRouter[] = [];
const t = initTRPC.context<DoorContext>().create({ errorFormatter: idempotencyErrors });
const input = z.object({ item: z.string() });
const keyed = input.extend({ idempotencyKey: z.uuid() });

beforeAll(async () => {
  await db.owner`create table sold (account text not null, item text not null)`;
  await db.owner`grant select, insert on sold to public`;
});
afterAll(async () => {
  await Promise.all(served.map((each) => each.close()));
});

async function sell(account: string, item: string) {
  await db.pool.db.execute(sql`insert into sold (account, item) values (${account}, ${item})`);
  const [row] = await db.owner`select count(*)::integer as count from sold`;
  return { item, number: Number(row?.["count"]) };
}

function door() {
  const idempotency = createIdempotency(t.procedure, (ctx) => ({
    store: db.pool.db,
    account: ctx.account,
    namespace: "test",
    http: ctx,
  }));
  return t.router({
    buy: idempotency.procedure.input(input).mutation(({ attempt, ctx, input: { item } }) =>
      ctx.req.headers["x-decline"]
        ? attempt.commit({ item, by: "nobody" }, { keepsOrder: false })
        : attempt.transact({ item, by: ctx.account }, async (tx) => {
            await tx.execute(
              sql`insert into sold (account, item) values (${ctx.account}, ${item})`,
            );
          }),
    ),
    gift: idempotency.procedure
      .input(input)
      .mutation(({ attempt, input: { item } }) => attempt.commit({ gift: item })),
  });
}

async function subjectOf(router: AnyTRPCRouter): Promise<ContractSubject> {
  const app = await serveRouter(router);
  served.push(app);
  return {
    ...app.subject,
    accounts: ["ann", "bob"],
    refusesInvalid: true,
    async sideEffects(account) {
      const [row] =
        await db.owner`select count(*)::integer as count from sold where account = ${account}`;
      return Number(row?.["count"]);
    },
  };
}

/** With what only the door's own router has: a second procedure, and somebody who declines while told to. */
async function behindTheDoor() {
  const subject = await subjectOf(door());
  const url = served.at(-1)?.url;
  async function post(path: string, { account, key }: ContractCall, more = {}) {
    const response = await fetch(`${url}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-account": account, ...more },
      body: JSON.stringify({ item: "tea", idempotencyKey: key }),
    });
    return { status: response.status, body: await response.text() };
  }
  return {
    ...subject,
    callOther: (call: ContractCall) => post("gift", call),
    decline: (call: ContractCall) => post("buy", call, { "x-decline": "1" }),
  };
}

const brokenOf = ({ scenarios }: Verdict) =>
  scenarios
    .filter(({ outcome }) => outcome === "broken")
    .map(({ name }) => name.split(/[ :,]/, 4).join(" "));

describe("a stranger's router behind the door keeps the contract", () => {
  let subject: Awaited<ReturnType<typeof behindTheDoor>> | undefined;
  const lazily = async () => (subject ??= await behindTheDoor());
  testIdempotency(test, {
    accounts: ["ann", "bob"],
    refusesInvalid: true,
    call: async (call) => (await lazily()).call(call),
    sideEffects: async (account) => (await lazily()).sideEffects(account),
    loseAnswer: async (call) => (await lazily()).loseAnswer?.(call),
    callOther: async (call) => (await lazily()).callOther(call),
    decline: async (call) => (await lazily()).decline(call),
  });

  test("as one verdict: nothing is broken and nothing is skipped", async () => {
    const verdict = await describeIdempotency(await lazily());
    expect(tellVerdict(verdict)).toMatch(/idempotent: 11 hold, 0 broken, 0 skipped$/);
    expect(verdict.holds).toBe(true);
  });
});

describe("the suite bites", () => {
  test("an unprotected procedure is red, and the witness is two requests long", async () => {
    const router = t.router({
      buy: t.procedure.input(input).mutation(({ ctx, input: { item } }) => sell(ctx.account, item)),
    });
    const verdict = await describeIdempotency(await subjectOf(router));
    expect(verdict.holds).toBe(false);
    const twice = verdict.scenarios[0];
    expect(twice).toMatchObject({ outcome: "broken" });
    expect(twice?.witness?.filter((line) => /^\d\./.test(line))).toHaveLength(2);
    expect(tellVerdict(verdict)).toContain("NOT idempotent");
  });

  test("a look, then an act, passes one by one and is red at once: with two requests already", async () => {
    const answers = new Map<string, { item: string; number: number }>();
    const router = t.router({
      buy: t.procedure.input(keyed).mutation(async ({ ctx, input: { item, idempotencyKey } }) => {
        const name = `${ctx.account}:${idempotencyKey}`;
        const known = answers.get(name);
        if (known && known.item !== item)
          throw new TRPCError({ code: "UNPROCESSABLE_CONTENT", message: "KEY_REUSED" });
        if (known) return known;
        const answer = await sell(ctx.account, item);
        answers.set(name, answer);
        return answer;
      }),
    });
    const verdict = await describeIdempotency(await subjectOf(router));
    expect(brokenOf(verdict)).toContain("many at once are");
    expect(brokenOf(verdict)).not.toContain("the same key twice");
    const many = verdict.scenarios.find(({ name }) => name.startsWith("many"));
    expect(many?.witness?.filter((line) => /^\d+\./.test(line)).length).toBeLessThanOrEqual(3);
  });

  test("a key without its account gives one account's answer to the other", async () => {
    const flights = new Map<string, Promise<unknown>>();
    const router = t.router({
      buy: t.procedure.input(keyed).mutation(({ ctx, input: { item, idempotencyKey } }) => {
        const flight = flights.get(idempotencyKey) ?? sell(ctx.account, item);
        flights.set(idempotencyKey, flight);
        return flight;
      }),
    });
    const verdict = await describeIdempotency(await subjectOf(router));
    expect(brokenOf(verdict)).toEqual([
      "the same key with",
      "a malformed key is",
      "the same key of",
    ]);
  });

  test("forgetting the key when the handler throws, or when its answer is lost, is red", async () => {
    const done = new Set<string>();
    const router = t.router({
      buy: t.procedure.input(keyed).mutation(async ({ ctx, input: { item, idempotencyKey } }) => {
        if (done.has(idempotencyKey)) return { item };
        await sell(ctx.account, item);
        // The claim of this one is written after the answer, as a response hook does.
        if (!ctx.req.headers["x-lose-answer"]) done.add(idempotencyKey);
        return { item };
      }),
    });
    const verdict = await describeIdempotency(await subjectOf(router));
    expect(brokenOf(verdict)).toContain("an answer that was");
  });

  test("what is not given is skipped by name, never counted as kept", async () => {
    const { call, sideEffects } = await subjectOf(door());
    const { scenarios } = await describeIdempotency({ call, sideEffects });
    expect(
      scenarios.filter(({ outcome }) => outcome === "skipped").map(({ because }) => because),
    ).toEqual([
      "needs refusesInvalid",
      "needs two accounts",
      "needs loseAnswer",
      "needs callOther",
      "needs decline",
    ]);
  });
});
