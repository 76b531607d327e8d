import { expect, test } from "vitest";
import { v7 as uuidv7 } from "uuid";
import { Buyer, type Payment } from "../../test-kit/buyer.ts";
import { eventually } from "../../test-kit/eventually.ts";
import { stackUnderTest } from "../../test-kit/stack.ts";
import type { LaneAudit } from "../audit/audit-order.ts";
import { LabClient } from "../lab-client.ts";
import type { LaneName } from "../lane.ts";
import { GATE_POINTS } from "./gate-points.ts";
import type { HeldAttempt } from "./list-gates.ts";

const RACE =
  "A.before-claim B.before-claim A.after-claim B.after-claim A.before-commit B.before-commit";
const ONE_AFTER_THE_OTHER =
  "A.before-claim A.after-claim A.before-commit A.after-commit B.before-claim";

const stack = stackUnderTest({ instances: 2, poolMax: 4 });

interface Held {
  buyer: Buyer;
  payment: Payment;
  lane: LaneName | "idempotent";
  client: LabClient;
}

async function hold(
  lane: LaneName | "idempotent",
  points: readonly string[] = GATE_POINTS,
): Promise<Held> {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const { idempotencyKey: runKey } = payment;
  const set = await buyer.mutate("lab.hold", { runKey, lane, points });
  expect(set.status, set.text).toBe(200);
  const client = new LabClient({ buyer, payment, lane, plan: "", through: stack.instances });
  return { buyer, payment, lane, client };
}

async function gatesOf({ buyer, payment }: Held): Promise<HeldAttempt[]> {
  const { result } = await buyer.query("lab.gates", { runKey: payment.idempotencyKey });
  return result as HeldAttempt[];
}

async function stands({ buyer, payment }: Held, attempt: string, point: string) {
  return await eventually(async () => {
    const held = await gatesOf({ buyer, payment } as Held);
    return held.find((one) => one.attempt === attempt && one.point === point);
  });
}

async function release({ buyer, payment, lane }: Held, attempt: string, point: string) {
  const runKey = payment.idempotencyKey;
  // Through the other instance than the one that holds the first attempt.
  const to = stack.instances[1];
  return await buyer.mutate("lab.release", { runKey, lane, attempt, point }, to ? { to } : {});
}

async function auditOf({ buyer, payment, lane }: Held): Promise<LaneAudit | undefined> {
  const { result } = await buyer.query("lab.audit", { orderId: payment.orderId });
  return (result as LaneAudit[]).find((audit) => audit.lane === lane);
}

async function captures({ orderId }: Payment): Promise<number | undefined> {
  const [row] = await stack.sql<{ n: number }[]>`
    select count(*)::integer as n from bank.journal where order_id = ${orderId} and kind = 'charge.succeeded'`;
  return row?.n;
}

async function replayed(lane: LaneName | "idempotent", schedule: string) {
  const held = await hold(lane);
  const attempts = [held.client.send(), held.client.send()];
  const runKey = held.payment.idempotencyKey;
  const { result, text } = await held.buyer.mutate("lab.replay", { runKey, lane, schedule });
  await Promise.all(attempts);
  return { held, steps: result as { what: string }[], text };
}

test("two attempts that are let go in the order of the race are two charges in check-then-insert, five times out of five, and one by checkout.pay", async () => {
  for (let time = 1; time <= 5; time += 1) {
    const racing = await replayed("check-then-insert", RACE);
    expect(await captures(racing.held.payment), racing.text).toBe(2);
    expect(racing.steps.map(({ what }) => what)).toEqual(Array(6).fill("released"));
  }
  const shop = await replayed("idempotent", RACE);
  expect(await captures(shop.held.payment), shop.text).toBe(1);
  expect(shop.steps.map(({ what }) => what)).toContain("never came");
});

test("the same two attempts, one after the other, are one charge there too: it is the order that does it", async () => {
  const { held, text } = await replayed("check-then-insert", ONE_AFTER_THE_OTHER);
  expect(await captures(held.payment), text).toBe(1);
});

test("the order in which attempts were let go by hand is read back as text, and the text makes the same run again", async () => {
  const held = await hold("check-then-insert", ["before-claim", "after-claim", "before-commit"]);
  const first = held.client.send();
  await stands(held, "A", "before-claim");
  const second = held.client.send();
  for (const entry of RACE.split(" ")) {
    const [attempt = "", point = ""] = entry.split(".");
    await stands(held, attempt, point);
    expect((await release(held, attempt, point)).status).toBe(200);
  }
  await Promise.all([first, second]);
  const run = { runKey: held.payment.idempotencyKey, lane: held.lane };
  const { result: order } = await held.buyer.query("lab.schedule", run);
  expect(order).toEqual({ schedule: RACE });
  expect(await captures(held.payment)).toBe(2);
  const again = await replayed(held.lane, Object(order).schedule);
  expect(await captures(again.held.payment), again.text).toBe(2);
  const { result } = await held.buyer.query("timeline.list", { orderId: held.payment.orderId });
  const told = (result as { lane: string; point: string; text: string }[]).filter(
    ({ point }) => point === "held" || point === "released",
  );
  expect(told.length).toBe(12);
  expect(new Set(told.map(({ lane }) => lane))).toEqual(new Set(["check-then-insert"]));
});

test("a held attempt has no transaction and no connection: a pool of four serves others while eight are held", async () => {
  const held = await hold("naive", ["after-claim"]);
  const sends = Array.from({ length: 8 }, () => held.client.send());
  await eventually(async () => ((await gatesOf(held)).length === 8 ? true : undefined));
  const others = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const buyer = await Buyer.arrives(stack.services);
      return (await buyer.pays(await buyer.saves())).status;
    }),
  );
  expect(others).toEqual(Array(8).fill(200));
  const [open] = await stack.sql`
    select count(*)::integer as n from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'`;
  expect(open?.["n"]).toBe(0);
  expect(await captures(held.payment)).toBe(0);
  const run = { runKey: held.payment.idempotencyKey, lane: held.lane };
  await held.buyer.mutate("lab.hold", { ...run, points: [] });
  await Promise.all(sends);
  expect(await captures(held.payment)).toBe(8);
});

test("a gate opens by itself after a minute, and says so", async () => {
  const held = await hold("naive", ["before-provider"]);
  const sent = held.client.send({ patienceMs: 60_000 });
  const gate = await stands(held, "A", "before-provider");
  const waits = Date.parse(gate.opensAt) - Date.parse(gate.heldSince);
  expect(Math.abs(waits - 60_000)).toBeLessThan(1_000);
  await stack.sql`update lab_held set opens_at = opens_at - interval '60 seconds' where account = ${held.buyer.account}`;
  expect(await sent).toMatchObject({ status: 200 });
  const { result } = await held.buyer.query("timeline.list", { orderId: held.payment.orderId });
  expect(JSON.stringify(result)).toContain("the gate opened by itself after 60 s");
});

test("an attempt that is held longer than its lease is taken over, and without a fence it writes over its successor", async () => {
  for (const lane of ["no-fence", "idempotent"] as const) {
    const held = await hold(lane, ["before-claim", "before-commit"]);
    const first = held.client.send({ patienceMs: 60_000 });
    await stands(held, "A", "before-claim");
    await release(held, "A", "before-claim");
    const gate = await stands(held, "A", "before-commit");
    expect(gate.leaseUntil).toBeDefined();
    const second = held.client.send({ patienceMs: 60_000 });
    await stands(held, "B", "before-claim");
    await eventually(async () =>
      Date.now() > Date.parse(gate.leaseUntil ?? "") + 100 ? true : undefined,
    );
    await release(held, "B", "before-claim");
    await stands(held, "B", "before-commit");
    await release(held, "B", "before-commit");
    expect(await second).toMatchObject({ status: 200 });
    await release(held, "A", "before-commit");
    await Promise.all([first, held.client.late()]);
    const audit = await auditOf(held);
    const red = audit?.invariants.filter(({ holds }) => !holds).map(({ id }) => id);
    expect(await captures(held.payment)).toBe(1);
    expect(red, lane).toEqual(lane === "no-fence" ? ["S10"] : []);
  }
}, 60_000);

test("a release of somebody who does not stand there is refused, and a schedule that cannot be read names its entry", async () => {
  const held = await hold("naive");
  expect((await release(held, "A", "after-claim")).status).toBe(409);
  const run = { runKey: uuidv7(), lane: "naive" };
  for (const [schedule, says] of [
    ["A.after-claim b.before-claim", '"b.before-claim"'],
    ["A.lunch", "Gates: before-claim"],
    ["A.after-claim A.after-claim", "stands twice"],
    [Array(61).fill("A.after-claim").join(" "), "at most 60"],
  ]) {
    const bad = await held.buyer.mutate("lab.replay", { ...run, schedule });
    expect(bad.status).toBe(400);
    expect(bad.message).toContain(says);
  }
});
