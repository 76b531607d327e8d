import { v4 as uuidv4 } from "uuid";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { serveEdge } from "../test-kit/serve-edge.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import { runQueuedStorm } from "../worker/storms.ts";
import type { StormReport } from "./check-history.ts";
import { stormSettings } from "./settings.ts";
import { readHistory } from "./store.ts";

const stack = stackUnderTest({ poolMax: 20 });
let web: Awaited<ReturnType<typeof serveEdge>>;
let stopCompleter: () => Promise<void>;

beforeAll(async () => {
  web = await serveEdge(stack.services);
  stopCompleter = startCompleter(stack.services);
});
afterAll(async () => {
  await stopCompleter();
  await web.close();
});

const small = {
  orders: 12,
  deliveries: 3,
  concurrency: 6,
  plan: "lose-response@%30#7,deliver-twice@%20#7,provider-error-after-charge@%20#7",
};

/** As a page asks for one: queued by a procedure, run by a worker. */
async function storm(settings: object) {
  stack.services.selfUrl = web.url;
  const buyer = await Buyer.arrives(stack.services);
  const started = await buyer.mutate("storm.start", settings);
  expect(started.status, started.text).toBe(200);
  expect(await runQueuedStorm(stack.services.pool.db, new AbortController().signal)).toBe(true);
  const told = (await buyer.query("storm.get")).result as { stormId: string; report: StormReport };
  return { buyer, ...told };
}

test("a storm of faults is valid: one charge an order, by the bank's own journal", async () => {
  const { report, buyer, stormId } = await storm(small);
  expect(report, JSON.stringify(report.violations)).toMatchObject({
    valid: "true",
    orders: 12,
    charges: 12,
    duplicates: 0,
    inDoubt: 0,
  });
  expect(report.arrivals).toBeGreaterThanOrEqual(36);
  const history = await readHistory(stack.services.pool.db, buyer.account, stormId);
  const lines = (history ?? "").trim().split("\n");
  const ids = [...new Set(lines.map((line) => (JSON.parse(line) as { orderId: string }).orderId))];
  const [row] = await stack.sql`
    select count(*)::integer as n from bank.journal where order_id in ${stack.sql(ids)} and kind = 'charge.succeeded'`;
  expect(row?.["n"]).toBe(12);
});

test("the same storm over the naive lane is not valid, and the witness is an order that was charged twice", async () => {
  const { report } = await storm({ ...small, lane: "naive" });
  expect(report.valid).toBe("false");
  expect(report.duplicates).toBeGreaterThan(0);
  expect(report.charges).toBeGreaterThan(report.orders);
  const broken = report.violations.find(({ id }) => id === "S1");
  expect(broken?.witness.book?.charges).toBeGreaterThan(1);
});

test("a storm that is stopped gives no verdict, and says so", async () => {
  const buyer = await Buyer.arrives(stack.services);
  stack.services.selfUrl = web.url;
  const { result } = await buyer.mutate("storm.start", { ...small, plan: "delay-response=400" });
  const running = runQueuedStorm(stack.services.pool.db, new AbortController().signal);
  await expect
    .poll(async () => ((await buyer.query("storm.get")).result as { samples: [] }).samples.length, {
      timeout: 20_000,
    })
    .toBeGreaterThan(0);
  await buyer.mutate("storm.stop", result);
  await running;
  const told = (await buyer.query("storm.get")).result as { report: StormReport };
  expect(told.report.valid).toBe("unknown");
  expect(told.report.reasons.join(" ")).toMatch(/stopped/);
});

test("one storm at a time for one account; another account sees nothing of it", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const other = await Buyer.arrives(stack.services);
  const first = await buyer.mutate("storm.start", small);
  expect((await buyer.mutate("storm.start", small)).status).toBe(409);
  expect((await other.query("storm.get", first.result)).result).toBeNull();
  expect((await other.query("storm.get")).result).toBeNull();
  await other.mutate("storm.stop", first.result);
  await buyer.mutate("storm.stop", first.result);
  const [row] =
    await stack.sql`select count(*)::integer as n from storms where stop_requested and state = 'queued'`;
  expect(row?.["n"]).toBe(1);
  await stack.sql`update storms set state = 'done'`;
});

test.each([
  ["more orders than are allowed", { orders: 2_001 }],
  ["a plan that cannot be read", { plan: "lose-everything" }],
  ["a lane with a path in it", { lane: "../etc" }],
])("%s is refused, and no storm is queued", async (_what, settings) => {
  const buyer = await Buyer.arrives(stack.services);
  expect((await buyer.mutate("storm.start", settings)).status).toBe(400);
  expect((await buyer.query("storm.get")).result).toBeNull();
});

test("a storm whose worker died ends without a verdict, and the account may start another", async () => {
  const account = uuidv4();
  await stack.sql`
    insert into storms (account, storm_id, settings, target, state, seen_at)
    values (${account}, ${uuidv4()}, ${JSON.stringify(stormSettings.parse(small))}::text::jsonb, 'http://127.0.0.1:9', 'running',
            clock_timestamp() - interval '1 minute')`;
  await runQueuedStorm(stack.services.pool.db, new AbortController().signal);
  const [row] = await stack.sql`select state, report from storms where account = ${account}`;
  expect(row).toMatchObject({ state: "done", report: null });
});
