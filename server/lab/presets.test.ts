import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Answer, Buyer } from "../test-kit/buyer.ts";
import { startCompleter } from "../test-kit/completer-loop.ts";
import { eventually } from "../test-kit/eventually.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { LaneAudit } from "./audit/audit-order.ts";
import { type Came, LabClient } from "./lab-client.ts";
import { LANES } from "./lane.ts";
import { type Preset, PRESETS, type YouDo } from "./presets.ts";

// The limits of production, as the plans are written for them: 12 s of patience, 20 s of sleep.
const stack = stackUnderTest({ instances: 2, poolMax: 20, webhooks: true });
let stopCompleter: () => Promise<void>;
beforeAll(() => {
  stopCompleter = startCompleter(stack.services);
});
afterAll(() => stopCompleter());

const PATIENCE_MS = 12_000;

interface Side {
  preset: Preset;
  client: LabClient;
  naive: boolean;
  /** How many requests the server has received. */
  arrived(): Promise<number>;
}

/** What a person and a page do. The naive page asks once for each press; the other one asks until it knows. */
const DO: Record<Exclude<YouDo, "agent" | "storm">, (side: Side) => Promise<Came[]>> = {
  async pay({ client, naive, preset }) {
    // Of half an answer Chromium has seen the headers, and asks for it no second time.
    const resends = !preset.plan.startsWith("truncate-response");
    const first = await (resends ? client.sendAsChromium() : client.send());
    if (naive && preset.lane !== "key-per-send") return [first];
    return [first, ...(first === "cut" ? [await client.untilDefinite()] : [])];
  },
  "pay-twice": twice,
  "two-tabs": twice,
  async "pay-reload-pay"({ client, arrived }) {
    // Nobody reads the first answer any more: its page is gone.
    const gone = client.send();
    await eventually(async () => ((await arrived()) === 1 ? true : undefined));
    const second = await client.send();
    await gone;
    return [second];
  },
  async "pay-then-again"({ client, naive }) {
    const first = await client.send({ patienceMs: PATIENCE_MS });
    const again = naive
      ? await client.send({ patienceMs: PATIENCE_MS })
      : await client.untilDefinite({ patienceMs: PATIENCE_MS });
    await client.late();
    return [first, again];
  },
  "pay-other-amount": async ({ client }) => [
    await client.send(),
    await client.send({ amount: 4_800 }),
  ],
};

async function run(preset: Preset, lane: string) {
  if (preset.youDo === "agent" || preset.youDo === "storm")
    throw new Error("has a test of its own");
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const { plan, youDo } = preset;
  const through = stack.instances;
  const own = LANES.find((one) => one === lane) ?? "idempotent";
  const client = new LabClient({ buyer, payment, lane: own, plan, through });
  const audit = async () => {
    const { result } = await buyer.query("lab.audit", { orderId: payment.orderId });
    return (result as LaneAudit[]).find((one) => one.lane === own);
  };
  const arrived = async () => (await audit())?.requests ?? 0;
  const came = await DO[youDo]({ preset, client, naive: own !== "idempotent", arrived });
  const [bank] = await stack.sql<{ charges: number; captured: number }[]>`
    select count(*)::integer as charges, coalesce(sum(amount), 0)::integer as captured
      from bank.journal where order_id = ${payment.orderId} and kind = 'charge.succeeded'`;
  const points = async () => {
    const { result } = await buyer.query("timeline.list", { orderId: payment.orderId });
    return (result as { point: string }[]).map(({ point }) => point);
  };
  return {
    came,
    all: await client.late(),
    charges: bank?.charges,
    captured: bank?.captured,
    audit: await audit(),
    audited: audit,
    told: async () => {
      const [row] = await stack.sql<{ all: boolean }[]>`
        select count(*) >= 4 and bool_and(coalesce(d.ended = 'delivered', false)) is true as all
          from bank.deliveries d join bank.events e on e.id = d.event where e.body like ${`%${payment.orderId}%`}`;
      return row?.all === true;
    },
    points,
  };
}

async function twice({ client, naive }: Side): Promise<Came[]> {
  const page = () => (naive ? client.send() : client.untilDefinite());
  return await Promise.all([page(), page()]);
}

type Ran = Awaited<ReturnType<typeof run>>;
const replayed = (came: Came | undefined) =>
  typeof came === "object" && came.headers.get("idempotent-replayed") === "true";
const paid = { status: 200, result: { status: "paid" } };
const last = ({ came }: Ran) => came.at(-1);

/** The two columns of the cards: what the naive side makes of it, and what else is to be seen. */
const SEEN: Record<
  string,
  { charges: number; naive?(ran: Ran): void | Promise<void>; shop?(ran: Ran): void | Promise<void> }
> = {
  "lost-response": {
    charges: 2,
    naive: (ran) => expect(last(ran)).toMatchObject(paid),
    shop: (ran) => expect(replayed(last(ran))).toBe(true),
  },
  // Chromium over HTTP/1.1 was counted at 5 to 7; this client resends as often as it ever did.
  "one-click": {
    charges: 7,
    naive: ({ came, audit }) => {
      expect(came).toEqual(["cut"]);
      expect(audit).toMatchObject({ requests: 7, captured: { amount: 7 * 1_998 } });
    },
    shop: (ran) => expect(replayed(last(ran))).toBe(true),
  },
  "double-click": { charges: 2, shop: sameBytes },
  reload: { charges: 2, shop: (ran) => expect(replayed(last(ran))).toBe(true) },
  "two-tabs": { charges: 2, shop: sameBytes },
  "double-delivery": { charges: 2 },
  "crash-after-charge": {
    charges: 2,
    shop: async ({ came, points }) => {
      expect(came[0]).toBe("cut");
      const claims = (await points()).filter((point) => point === "after-claim");
      expect(claims.length).toBeGreaterThanOrEqual(2);
    },
  },
  "slow-bank": {
    charges: 2,
    naive: ({ came }) =>
      expect(came[0]).toMatchObject({ status: 502, message: "The payment failed." }),
    shop: ({ came }) =>
      expect(came[0]).toMatchObject({ error: { idempotency: { code: "OUTCOME_UNKNOWN" } } }),
  },
  "impatient-client": {
    charges: 2,
    naive: ({ came }) => expect(came[0]).toBe("hung up"),
    shop: (ran) => expect(replayed(last(ran))).toBe(true),
  },
  "new-key-each-try": { charges: 2 },
  "same-key-new-amount": {
    charges: 2,
    naive: ({ captured }) => expect(captured).toBe(1_998 + 4_800),
    shop: ({ came, captured }) => {
      expect(came[1]).toMatchObject({
        status: 422,
        error: { idempotency: { code: "KEY_REUSED" } },
      });
      expect(captured).toBe(1_998);
    },
  },
  "event-twice": { charges: 1, naive: (ran) => receipts(ran, 2), shop: (ran) => receipts(ran, 1) },
  "short-memory": { charges: 1, naive: (ran) => receipts(ran, 2), shop: (ran) => receipts(ran, 1) },
  "commit-in-doubt": {
    charges: 2,
    naive: ({ came }) => expect(came[0]).toMatchObject({ status: 502 }),
    shop: ({ came }) => expect(came[0]).toMatchObject(paid),
  },
  zombie: {
    charges: 2,
    naive: ({ audit }) =>
      expect(audit?.rows.find(({ table }) => table === "lab_payments")?.rows.length).toBe(2),
    // Ten seconds after its client was told "unknown", the sleeper comes back and writes nothing.
    shop: async ({ points }) => {
      await eventually(async () => ((await points()).includes("fenced") ? true : undefined));
    },
  },
};

/** When every copy of every event has been delivered. */
async function receipts({ told, audited }: Ran, expected: number): Promise<void> {
  await eventually(async () => ((await told()) ? true : undefined), 60_000);
  expect((await audited())?.receipts).toBe(expected);
}

function sameBytes({ all }: Ran): void {
  const definite = all.filter(({ status }) => status === 200);
  expect(definite.length).toBeGreaterThanOrEqual(2);
  expect(new Set(definite.map(({ text }: Answer) => text)).size).toBe(1);
}

const RUN_HERE = PRESETS.filter(({ id }) => id in SEEN).map((preset) => preset.id);

describe.concurrent("each preset, counted in the bank's journal", () => {
  test.for(RUN_HERE)("%s: the naive side charges again", { timeout: 120_000 }, async (id) => {
    const preset = PRESETS.find((one) => one.id === id);
    if (!preset) throw new Error(id);
    const ran = await run(preset, preset.lane);
    expect(ran.charges, JSON.stringify(ran.audit)).toBe(SEEN[id]?.charges);
    expect(ran.audit?.charges, "the screen says what the journal says").toBe(ran.charges);
    expect(ran.audit?.captured.amount).toBe(ran.captured);
    await SEEN[id]?.naive?.(ran);
  });
  test.for(RUN_HERE)("%s: checkout.pay is charged once", { timeout: 120_000 }, async (id) => {
    const preset = PRESETS.find((one) => one.id === id);
    if (!preset) throw new Error(id);
    const ran = await run(preset, "idempotent");
    expect(ran.charges, JSON.stringify(ran.audit)).toBe(1);
    expect(ran.audit).toMatchObject({ charges: 1, captured: { amount: 1_998 } });
    expect(ran.audit?.invariants.filter(({ holds }) => !holds)).toEqual([]);
    if (id !== "same-key-new-amount") expect(last(ran)).toMatchObject(paid);
    await SEEN[id]?.shop?.(ran);
  });
});

test("every preset can be armed as it is written, and is run here or names the test that runs it", async () => {
  const buyer = await Buyer.arrives(stack.services);
  expect(PRESETS.map(({ number }) => number)).toEqual(PRESETS.map((_, at) => at + 1));
  expect(new Set(PRESETS.map(({ id }) => id)).size).toBe(17);
  const elsewhere = ["agent-restarts", "perfect-storm"];
  expect([...RUN_HERE, ...elsewhere].sort()).toEqual(PRESETS.map(({ id }) => id).sort());
  for (const { id, plan } of PRESETS) {
    expect((await buyer.mutate("faults.set", { plan })).status, id).toBe(200);
  }
});
