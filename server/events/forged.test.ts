import { afterEach, expect, test, vi } from "vitest";
import { env } from "../env.ts";
import { delivers, eventsOf } from "../test-kit/bank-events.ts";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest, WEBHOOK_SECRET } from "../test-kit/stack.ts";
import type { Services } from "../wiring.ts";

const stack = stackUnderTest();
const now = () => Math.floor(Date.now() / 1000);

afterEach(() => vi.unstubAllEnvs());

async function anEvent() {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  await buyer.pays(payment);
  const [charged] = await eventsOf(stack.sql, payment.orderId);
  if (charged === undefined) throw new Error("The bank recorded no event");
  return charged;
}

async function rows(): Promise<number> {
  const [row] = await stack.sql`select count(*)::integer as n from webhook_inbox`;
  return Number(row?.["n"]);
}

test.each([
  ["another secret", { secret: "whsec_of_somebody_else" }],
  ["a stamp of 301 s ago", { stamp: now() - 301 - 60 }],
  ["a stamp 301 s ahead", { stamp: now() + 301 + 60 }],
  ["no signature", { signature: "" }],
  ["a signature of nothing", { signature: `t=${now()},v1=` }],
  ["two stamps", { signature: `t=${now()},t=${now()},v1=00` }],
  ["no stamp", { signature: "v1=00" }],
  ["the scheme of tests", { signature: `t=${now()},v0=00` }],
])("signed with %s: 400, 0 rows", async (_what, sending) => {
  const before = await rows();
  expect((await delivers(stack.services, await anEvent(), sending)).status).toBe(400);
  expect(await rows()).toBe(before);
});

test("one byte changed after signing: 400, 0 rows", async () => {
  const charged = await anEvent();
  const before = await rows();
  const answer = await delivers(
    stack.services,
    { body: charged.body.replace('"amount":1998', '"amount":1999') },
    { signature: await signatureOf(charged.body) },
  );
  expect(answer.status).toBe(400);
  expect(await rows()).toBe(before);
});

async function signatureOf(payload: string): Promise<string> {
  const { default: Stripe } = await import("stripe");
  return Stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET });
}

test("while the secret is being changed the old one and the new one are good, and afterwards the new one alone", async () => {
  const [oldSecret, newSecret] = [WEBHOOK_SECRET, "whsec_that_comes_after_it"];
  const changing: Services = { ...stack.services, webhookSecrets: [newSecret, oldSecret] };
  const changed: Services = { ...stack.services, webhookSecrets: [newSecret] };
  expect((await delivers(changing, await anEvent(), { secret: oldSecret })).status).toBe(200);
  expect((await delivers(changing, await anEvent(), { secret: newSecret })).status).toBe(200);
  expect((await delivers(changed, await anEvent(), { secret: oldSecret })).status).toBe(400);
  expect((await delivers(changed, await anEvent(), { secret: newSecret })).status).toBe(200);
});

test("64 KiB are read, one byte more is 413", async () => {
  const padded = (bytes: number) => ({ body: `{"pad":"${"x".repeat(bytes - 10)}"}` });
  expect((await delivers(stack.services, padded(65_536))).status).not.toBe(413);
  expect((await delivers(stack.services, padded(65_537))).status).toBe(413);
});

test("a shop without a secret takes no webhooks: 404, and everything else works", async () => {
  const without: Services = { ...stack.services, webhookSecrets: undefined };
  expect((await delivers(without, await anEvent())).status).toBe(404);
});

test.each(["", "   ", "whsec_long_enough_one,", ",", "short"])(
  "with «%s» for a secret the shop does not start, and does not say what it was",
  (secret) => {
    for (const [name, value] of Object.entries({
      ...stack.environment,
      BANK_WEBHOOK_SECRET: secret,
    }))
      vi.stubEnv(name, value);
    expect(() => env.app()).toThrow(/BANK_WEBHOOK_SECRET/);
    expect(() => env.app()).not.toThrow(/whsec_long/);
  },
);
