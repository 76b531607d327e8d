import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { builtProgram } from "../test-kit/built-program.ts";
import { bankUnderTest, failureOf, journalOf, payment, stripeAt } from "./bank-under-test.ts";

const direct = bankUnderTest();
const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

/** The program itself, as the supervisor starts it; resolves once it prints its address. */
async function startProgram(environment: Record<string, string> = {}, port = "0") {
  const child = spawn(process.execPath, builtProgram("server/bank/main.ts"), {
    env: {
      ...process.env,
      BANK_DATABASE_URL: direct.databaseUrl,
      BANK_PORT: port,
      FAULTS: "on",
      ...environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  children.push(child);
  let output = "";
  const url = await new Promise<string | null>((resolve) => {
    const read = (bytes: Buffer) => {
      output += bytes.toString();
      const address = /listening on (\S+)/.exec(output)?.[1];
      if (address !== undefined) resolve(address);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.once("exit", () => resolve(null));
  });
  return { child, url: url ?? "", output: () => output };
}

const pay = (url: string, orderId: string) =>
  stripeAt(url).paymentIntents.create(payment(orderId), { idempotencyKey: orderId });

async function payUntilAnswered(url: string, orderId: string) {
  for (let attempt = 0; attempt < 200; attempt++) {
    try {
      return await pay(url, orderId);
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error("no definite answer");
}

/** Makes every charge stop inside its statement, after the claim and before the journal row, until it is waited out. */
async function slowJournal(): Promise<() => Promise<void>> {
  await direct.sql.unsafe(`
    create or replace function public.linger() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.8); return new; end $$;
    create trigger a_linger before insert on bank.journal for each row execute function public.linger()`);
  return async () =>
    void (await direct.sql.unsafe("drop trigger if exists a_linger on bank.journal"));
}

async function lingering(): Promise<number> {
  for (;;) {
    const [row] = await direct.sql<{ pid: number }[]>`
      select pid from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`;
    if (row !== undefined) return row.pid;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test.each([
  ["and its statement goes on alone", false],
  ["and its statement dies with it", true],
])(
  "a bank killed in mid-charge, %s: the same key is one charge",
  async (orderId, statementDies) => {
    const first = await startProgram();
    const restore = await slowJournal();
    const lost = failureOf(pay(first.url, orderId));
    const pid = await lingering();
    first.child.kill("SIGKILL");
    if (statementDies) await direct.sql`select pg_terminate_backend(${pid}::int)`;
    expect((await lost).statusCode).toBeUndefined();
    await restore();

    const second = await startProgram();
    const intent = await payUntilAnswered(second.url, orderId);

    expect(intent.status).toBe("succeeded");
    expect(intent.lastResponse.headers["idempotent-replayed"]).toBe(
      statementDies ? undefined : "true",
    );
    expect(await journalOf(direct.sql, orderId)).toMatchObject([
      { kind: "charge.succeeded", object_id: intent.latest_charge },
    ]);
  },
  20_000,
);

test("killed at any moment and started again on its port, it loses no charge and doubles none", async () => {
  let program = await startProgram();
  const { url } = program;
  const orders = Array.from({ length: 60 }, (_, i) => `any-moment-${i}`);
  const paying = Promise.all(
    Array.from({ length: 6 }, async (_, lane) => {
      const ids: string[] = [];
      for (let i = lane; i < orders.length; i += 6) {
        ids.push(String((await payUntilAnswered(url, String(orders[i]))).latest_charge));
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
      return ids;
    }),
  );
  for (let kill = 0; kill < 2; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 150));
    program.child.kill("SIGKILL");
    await once(program.child, "exit");
    program = await startProgram({}, new URL(url).port);
  }

  const acknowledged = (await paying).flat();
  const journal =
    await direct.sql`select object_id from bank.journal where order_id like 'any-moment-%'`;
  expect(new Set(journal.map(({ object_id }) => object_id))).toEqual(new Set(acknowledged));
  expect(journal).toHaveLength(60);
}, 30_000);

test("SIGTERM lets the charge at work finish, then the program leaves with 0", async () => {
  const { child, url } = await startProgram();
  const paying = stripeAt(url).paymentIntents.create(payment("stopped"), {
    headers: { "X-Bank-Fault": "delay=300" },
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  const stoppedAt = performance.now();
  child.kill("SIGTERM");

  expect((await paying).status).toBe("succeeded");
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(performance.now() - stoppedAt).toBeLessThan(2_500);
});

test("without its own database, or on a port that is taken, it says so and leaves with 1", async () => {
  const homeless = await startProgram({ BANK_DATABASE_URL: "" });
  expect(homeless.output()).toContain("BANK_DATABASE_URL is not set");
  const crowded = await startProgram({}, new URL(direct.url).port);
  expect(crowded.output()).toContain("EADDRINUSE");
  expect([homeless.child.exitCode, crowded.child.exitCode]).toEqual([1, 1]);
});

test("a bank killed between the charge and its events: the next one tells them", async () => {
  const told: string[] = [];
  const receiver = createServer((request, response) => {
    void text(request).then((body) => {
      told.push(String(JSON.parse(body).type));
      response.end();
    });
  });
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  const { port } = receiver.address() as AddressInfo;
  const webhook = {
    BANK_WEBHOOK_URL: `http://127.0.0.1:${port}/`,
    BANK_WEBHOOK_SECRET: "whsec_of_this_test",
  };
  const first = await startProgram(webhook);
  await stripeAt(first.url).paymentIntents.create(payment("killed-before-its-events"), {
    headers: { "X-Bank-Fault": "webhook-late=3000" },
  });
  first.child.kill("SIGKILL");
  await once(first.child, "exit");
  expect(told).toEqual([]);
  await startProgram(webhook);
  await expect
    .poll(() => told.toSorted(), { timeout: 15_000 })
    .toEqual(["charge.succeeded", "payment_intent.succeeded"]);
  receiver.close();
});

test("with an address for its events and no secret to sign them with, it says so and leaves with 1", async () => {
  const address = { BANK_WEBHOOK_URL: "http://127.0.0.1:9/hook" };
  for (const secret of ["", "  ", "whsec_one,"]) {
    const unsigned = await startProgram({ ...address, BANK_WEBHOOK_SECRET: secret });
    expect(unsigned.output()).toContain("BANK_WEBHOOK_SECRET is empty");
    expect(unsigned.child.exitCode).toBe(1);
  }
});

test("FAULTS is off unless it is switched on", async () => {
  const { url } = await startProgram({ FAULTS: "" });
  const intent = await stripeAt(url).paymentIntents.create(payment("calm"), {
    headers: { "X-Bank-Fault": "error-before" },
  });
  expect(intent.status).toBe("succeeded");
});
