import { drizzle } from "drizzle-orm/postgres-js";
import { v7 as uuidv7 } from "uuid";
import { beforeAll, expect, test } from "vitest";
import { Buyer, type Payment } from "../test-kit/buyer.ts";
import { readsOfAnybody, type Sent, tablesOfAccounts } from "../test-kit/statement-scope.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { Services } from "../wiring.ts";
import { router } from "./router.ts";

const stack = stackUnderTest({ faults: "on", suppliers: true });

/** A stranger's call of each procedure with everything that it can know of somebody else's payment. */
const CALLS: Record<string, ["query" | "mutate", (of: Payment) => unknown]> = {
  "catalog.list": ["query", () => undefined],
  "orders.save": ["mutate", ({ orderId }) => ({ orderId, items: [{ sku: "mug", quantity: 1 }] })],
  "orders.get": ["query", ({ orderId }) => ({ orderId })],
  "checkout.pay": ["mutate", (payment) => payment],
  "checkout.status": ["query", ({ idempotencyKey }) => ({ idempotencyKey })],
  "receipts.get": ["query", ({ orderId }) => ({ orderId })],
  "receipts.sendAgain": ["mutate", ({ orderId }) => ({ orderId })],
  "mailbox.list": ["query", ({ orderId }) => ({ orderId })],
  "refunds.create": ["mutate", () => ({ idempotencyKey: uuidv7(), chargeId: chargeOfA })],
  "agent.run": ["mutate", ({ idempotencyKey }) => ({ idempotencyKey, goal: "Buy a tea" })],
  "agent.get": ["query", ({ idempotencyKey }) => ({ idempotencyKey })],
  "agent.outside": ["query", ({ orderId }) => ({ orderId })],
  "refunds.status": ["query", ({ idempotencyKey }) => ({ idempotencyKey })],
  "audit.bankStatement": ["query", ({ orderId }) => ({ orderId })],
  "audit.invariants": ["query", () => undefined],
  "audit.reconciliation": ["query", () => undefined],
  "audit.webhooks": ["query", () => undefined],
  "audit.postings": ["query", () => undefined],
  "audit.intent": ["query", ({ idempotencyKey }) => ({ idempotencyKey })],
  "audit.reviews": ["query", () => undefined],
  "timeline.list": ["query", ({ orderId, idempotencyKey }) => ({ orderId, idempotencyKey })],
  "timeline.stream": ["query", () => ({ lastEventId: "0" })],
  "session.me": ["query", () => undefined],
  "session.leave": ["mutate", () => undefined],
  "paymentMethods.list": ["query", () => undefined],
  "lab.lanes": ["query", () => undefined],
  "lab.patterns": ["query", () => undefined],
  "lab.demonstrate": ["mutate", () => ({ id: "upsert" })],
  "lab.presets": ["query", () => undefined],
  "lab.pay": [
    "mutate",
    ({ idempotencyKey: runKey, ...payment }) => ({ lane: "naive", runKey, ...payment }),
  ],
  "lab.bankStatement": ["query", () => ({ lane: "naive" })],
  "lab.reset": ["mutate", () => undefined],
  "lab.hold": [
    "mutate",
    ({ idempotencyKey: runKey }) => ({ lane: "naive", runKey, points: ["before-claim"] }),
  ],
  "lab.release": [
    "mutate",
    ({ idempotencyKey: runKey }) => ({
      lane: "naive",
      runKey,
      attempt: "A",
      point: "before-claim",
    }),
  ],
  "lab.gates": ["query", ({ idempotencyKey: runKey }) => ({ runKey })],
  "lab.schedule": ["query", ({ idempotencyKey: runKey }) => ({ lane: "naive", runKey })],
  "lab.exportSchedule": [
    "query",
    () => ({ lane: "naive", schedule: "A.before-claim", plan: "", charges: 1 }),
  ],
  "lab.replay": [
    "mutate",
    ({ idempotencyKey: runKey }) => ({ lane: "naive", runKey, schedule: "" }),
  ],
  "lab.audit": ["query", ({ orderId }) => ({ orderId })],
  "lab.deliveries": ["query", () => undefined],
  "lab.redeliver": ["mutate", () => ({ eventIds: [eventOfA] })],
  "storm.start": ["mutate", () => ({ orders: 1, deliveries: 1, plan: "" })],
  "storm.stop": ["mutate", ({ orderId }) => ({ stormId: orderId })],
  "storm.get": ["query", ({ orderId }) => ({ stormId: orderId })],
  "faults.get": ["query", () => undefined],
  "faults.read": ["query", () => ({ plan: "lose-response@1" })],
  "faults.set": ["mutate", () => ({ plan: "" })],
};

let a: Buyer;
let b: Buyer;
let ofA: Payment;
let chargeOfA: string;
const eventOfA = "evt_of_a";
/** What only A may ever read. */
let secrets: string[];

beforeAll(async () => {
  [a, b] = [await Buyer.arrives(stack.services), await Buyer.arrives(stack.services)];
  ofA = await a.saves([{ sku: "kettle", quantity: 3 }]);
  await a.mutate("orders.save", {
    orderId: ofA.orderId,
    items: [{ sku: "kettle", quantity: 3 }],
    email: "a-canary@example.org",
  });
  await a.mutate("faults.set", { plan: "delay-response=1@999" });
  const paid = await a.pays(ofA);
  expect(paid.status, paid.text).toBe(200);
  const { chargeId, providerReference } = Object(paid.result);
  chargeOfA = chargeId;
  const { idempotencyKey: runKey, ...wanted } = ofA;
  const inLane = await a.mutate("lab.pay", { lane: "naive", runKey, ...wanted });
  expect(inLane.status, inLane.text).toBe(200);
  const { providerReference: ofLane } = Object(inLane.result);
  await stack.sql`insert into webhook_inbox (account, event_id, type, effect)
    values (${a.account}, ${eventOfA}, 'charge.succeeded', 'none')`;
  secrets = [
    a.account,
    "a-canary@example.org",
    chargeId,
    providerReference,
    ofLane,
    eventOfA,
    "@999",
  ];
});

/** Every row of an account, whichever table has it. */
async function rowsOf(account: string): Promise<string> {
  const tables = await tablesOfAccounts(stack.sql);
  const rows = [...tables].sort().map(async (table) => {
    const [row] = await stack.sql.unsafe(
      `select coalesce(jsonb_agg(to_jsonb(t) order by to_jsonb(t)::text), '[]')::text as all from ${table} t where account = $1`,
      [account],
    );
    return `${table}: ${row?.["all"]}`;
  });
  return (await Promise.all(rows)).join("\n");
}

async function call(buyer: Buyer, procedure: string, to?: Services) {
  const [kind, inputOf] = CALLS[procedure] ?? ["query", () => undefined];
  const sending = { ...(to && { to }) };
  if (procedure === "checkout.pay") return await buyer.pays(ofA, sending);
  if (procedure === "timeline.stream") {
    const left = new AbortController();
    const answer = await buyer.subscribe(procedure, inputOf(ofA), left.signal, to);
    const reader = answer.body?.getReader();
    const first = [await reader?.read(), await reader?.read()];
    left.abort();
    const text = first.map((chunk) => new TextDecoder().decode(chunk?.value)).join("");
    return { text, headers: answer.headers };
  }
  return await buyer[kind](procedure, inputOf(ofA), sending);
}

test("every procedure is tried here: a new one has no wall until it is", () => {
  expect(Object.keys(router._def.procedures).sort()).toEqual(Object.keys(CALLS).sort());
});

test.each(Object.keys(CALLS))(
  "%s, called with everything of another account's payment, tells nothing of it and changes no byte of it",
  async (procedure) => {
    const before = await rowsOf(a.account);
    const { text, headers } = await call(b, procedure);
    const answer = `${text} ${JSON.stringify([...headers])}`;
    for (const secret of secrets) {
      expect(answer, secret).not.toContain(secret);
    }
    expect(await rowsOf(a.account)).toBe(before);
  },
);

test("every statement of every procedure asks whose row it is, by Postgres' own plan of it", async () => {
  const sent: Sent[] = [];
  const { pool } = stack.services;
  const db = drizzle(pool.sql, {
    logger: { logQuery: (query, params) => sent.push({ query, params }) },
  });
  const spied: Services = { ...stack.services, db, pool: { ...pool, db } };

  const c = await Buyer.arrives(spied);
  const payment = await c.saves();
  const own = { ...payment, paymentMethod: "pm_card_chargeDeclined" };
  await c.pays(own, { to: spied });
  await c.pays(own, { to: spied });
  await c.pays({ ...payment, idempotencyKey: uuidv7() }, { to: spied });
  await c.pays({ ...payment, idempotencyKey: uuidv7() }, { to: spied });
  for (const procedure of Object.keys(CALLS)) await call(c, procedure, spied);

  const tables = await tablesOfAccounts(stack.sql);
  expect([...tables]).toEqual(
    expect.arrayContaining([
      "idempotency_keys",
      "idempotency_steps",
      "orders",
      "charges",
      "ledger_entries",
    ]),
  );
  const looked = sent.filter(({ query }) => [...tables].some((table) => query.includes(table)));
  expect(looked.length).toBeGreaterThan(25);
  for (const statement of looked) {
    expect(await readsOfAnybody(stack.sql, tables, statement), statement.query).toEqual([]);
  }
});

test.each([
  ["no account at all", "select answer from idempotency_keys where key = $1::uuid", [uuidv7()]],
  [
    "an account that only the answer has",
    "select account, answer from idempotency_keys where key = $1::uuid",
    [uuidv7()],
  ],
  [
    "a join by the order alone",
    "select c.charge_id from orders o join charges c on c.order_id = o.order_id where o.account = $1",
    ["a"],
  ],
  [
    "an update by the key alone",
    "update idempotency_keys set updated_at = now() where key = $1::uuid",
    [uuidv7()],
  ],
] as const)("a statement with %s is found out", async (_what, query, params) => {
  const tables = await tablesOfAccounts(stack.sql);
  expect(await readsOfAnybody(stack.sql, tables, { query, params: [...params] })).not.toEqual([]);
});

test("no row can point at another account's, whatever a statement forgets", async () => {
  const [posting] =
    await stack.sql`select posting_id, order_id from postings where account = ${a.account}`;
  const [charge] = await stack.sql`select charge_id from charges where account = ${a.account}`;
  const app = stack.services.pool.sql;
  const [id, mine] = [uuidv7(), b.account];
  const crossing = [
    app`insert into ledger_entries (posting_id, account, ledger_account, direction, amount, currency)
        values (${String(posting?.["posting_id"])}, ${mine}, 'bank', 'debit', 1, 'EUR')`,
    app`insert into postings (posting_id, account, order_id, kind, source_id)
        values (${id}, ${mine}, ${uuidv7()}, 'charge', ${id})`,
    app`insert into charges (charge_id, account, order_id, key, amount, currency, provider_reference, lines, paid_at)
        values (${id}, ${mine}, ${uuidv7()}, ${id}, 1, 'EUR', ${id}, '[]', now())`,
    app`insert into refunds (refund_id, charge_id, account, key, amount, currency, provider_reference)
        values (${id}, ${String(charge?.["charge_id"])}, ${mine}, ${id}, 1, 'EUR', ${id})`,
    app`insert into idempotency_steps (account, key, step, request, provider_key, open_sends, last_sent, place)
        values (${mine}, ${uuidv7()}, 'charge', '{}', 'k', '{}', 1, 1)`,
  ];
  for (const statement of crossing)
    await expect(statement).rejects.toMatchObject({ code: "23503" });
});
