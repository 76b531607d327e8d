import { expect, test } from "vitest";
import type { Attempt } from "./attempt.ts";
import { charge, Intent, rowOf } from "../test-kit/intent.ts";
import { providerKeyOf } from "./take-step.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";

const db = packageUnderTest();

type Handler = typeof charge;

/** Of a provider that cannot be asked: it is sent to again. */
const chargeUnlooked: Handler = async (attempt, { bank, orderId }) => {
  const receipt = await attempt.step("charge", {
    request: () => ({ orderId }),
    async send(request, providerKey) {
      expect(attempt.keyOf("charge")).toBe(providerKey);
      return await bank.send(attempt.fence, request, providerKey);
    },
  });
  return await attempt.commit(receipt);
};

/** A version of a handler: the names of the steps that it takes, in their order. The last one fails, if asked to. */
function version(
  names: string[],
  {
    told = [],
    sent = [],
    fails = false,
  }: { told?: string[]; sent?: string[]; fails?: boolean } = {},
): Handler {
  return async (attempt: Attempt) => {
    for (const [at, name] of names.entries()) {
      const { of } = await attempt.step(name, {
        request: () => ({ of: name }),
        async send(request) {
          sent.push(name);
          if (fails && at === names.length - 1) throw new Error("the connection was reset");
          return request;
        },
      });
      told.push(of);
    }
    return await attempt.commit({ reference: "done" });
  };
}

async function deployedMeanwhile(before: string[], after: string[]) {
  const intent = new Intent(db.pool, { marks: "at its step" });
  await intent.run({ handler: version(before, { fails: true }) }).catch(() => undefined);
  const told: string[] = [];
  const sent: string[] = [];
  const outcome = await intent.run({ handler: version(after, { told, sent }) }).then(
    () => "answered",
    ({ code }: { code: string }) => code,
  );
  const [row] = await db.owner<{ review: string | null }[]>`
    select review from idempotency_keys where key = ${intent.key}`;
  return { intent, outcome, told, sent, review: row?.review, row: await rowOf(db.owner, intent) };
}

test.each([
  [
    "renamed",
    ["reserve", "capture"],
    ["reserve", "settle"],
    /step capture was begun as number 2.*takes settle as number 2/,
  ],
  [
    "put in front of another",
    ["capture"],
    ["check", "capture"],
    /step capture was begun as number 1.*takes check as number 1/,
  ],
  [
    "left out",
    ["reserve", "capture"],
    ["reserve"],
    /step capture was begun, and this handler ends without it/,
  ],
  [
    "changed in their order",
    ["a", "b"],
    ["b", "a"],
    /step a was begun as number 1.*takes b as number 1/,
  ],
  ["all taken out", ["a"], [], /step a was begun, and this handler ends without it/],
] as const)(
  "a handler whose steps were %s between two deploys stops for a person, with the reason, and sends nothing",
  async (_how, before, after, reason) => {
    const { outcome, sent, review, row } = await deployedMeanwhile([...before], [...after]);
    expect(outcome).toBe("OUTCOME_UNKNOWN");
    expect(sent).toEqual([]);
    expect(row).toMatchObject({ state: "needs_review", fence: 2, answer: null });
    expect(review).toMatch(reason);
  },
);

test("a step that was added behind those that were begun is taken: nothing is guessed by that", async () => {
  const { outcome, told } = await deployedMeanwhile(["reserve"], ["reserve", "capture"]);
  expect(outcome).toBe("answered");
  expect(told).toEqual(["reserve", "capture"]);
});

test("a step that surely did nothing binds nobody: it may be renamed", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  intent.bank.mishaps.push("refuses");
  await expect(intent.run()).rejects.toMatchObject({ code: "RELEASED" });
  await intent.run({ handler: version(["capture"]) });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "completed", openSends: [] });
});

test("a handler that reads what is recorded is told it once, in the same order, and sends nothing again", async () => {
  const names = ["a", "b", "c"];
  const { outcome, told } = await deployedMeanwhile(names, names);
  expect(outcome).toBe("answered");
  expect(told).toEqual(names);
});

test("the step that the claim marks must be the first one: another first step is refused before anything is sent", async () => {
  const intent = new Intent(db.pool, { marks: "in the claim" });
  await expect(intent.run({ handler: version(["check", "charge"]) })).rejects.toMatchObject({
    code: "RELEASED",
  });
  expect(await rowOf(db.owner, intent)).toMatchObject({ state: "released", openSends: [] });
});

test.each(["in the claim", "at its step"] as const)(
  "under a namespace that a deploy has changed, a step marked %s is looked for under the key that it was sent under; where it is not found nobody sends it again",
  async (marks) => {
    const found = new Intent(db.pool, { marks });
    found.bank.mishaps.push("loses the answer");
    await expect(found.run()).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await found.run({ namespace: "renamed" })).toMatchObject({ attempt: 2 });
    expect(found.bank.sends).toEqual([1]);
    expect(found.bank.charges).toHaveLength(1);

    // As where the namespace names the provider's account, and that was changed: nothing is known there of the first charge.
    const elsewhere = new Intent(db.pool, { marks });
    elsewhere.bank.mishaps.push("loses the answer");
    await expect(elsewhere.run({ handler: chargeUnlooked })).rejects.toThrow();
    await expect(
      elsewhere.run({ handler: chargeUnlooked, namespace: "renamed" }),
    ).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    expect(await rowOf(db.owner, elsewhere)).toMatchObject({ state: "needs_review" });
    expect(elsewhere.bank.sends).toEqual([1]);

    const untaken = new Intent(db.pool, { marks });
    untaken.bank.mishaps.push("refuses");
    await expect(untaken.run()).rejects.toMatchObject({ code: "RELEASED" });
    untaken.bank.mishaps.push("loses the answer");
    await expect(
      untaken.run({ namespace: "renamed", handler: chargeUnlooked }),
    ).rejects.toMatchObject({ code: "OUTCOME_UNKNOWN" });
    // A process of the former deploy is not told that this was sent to its own provider.
    const [charge] = untaken.bank.charges;
    expect(charge?.providerKey).toBe(providerKeyOf("renamed", untaken, "charge"));
    await expect(untaken.run({ handler: chargeUnlooked })).rejects.toThrow();
    expect(await rowOf(db.owner, untaken)).toMatchObject({ state: "needs_review" });
    expect(untaken.bank.sends).toEqual([1, 2]);
    expect(untaken.bank.charges).toHaveLength(1);
  },
);
