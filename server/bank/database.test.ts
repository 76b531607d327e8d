import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { afterEach, expect, test } from "vitest";
import { bankUnderTest, journalOf, payment, stripeAt } from "./bank-under-test.ts";

const direct = bankUnderTest();

/** Stands between a bank and its Postgres: `up` passes bytes, `silent` swallows them, `down` refuses and cuts. */
class Link {
  #mode: "up" | "silent" | "down" = "down";
  readonly #sockets = new Set<Socket>();
  readonly #target: URL;
  #server: Server | null = null;
  #port = 0;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  get url(): string {
    const url = new URL(this.#target);
    url.hostname = "127.0.0.1";
    url.port = String(this.#port);
    return url.toString();
  }

  async up(): Promise<void> {
    this.#mode = "up";
    if (this.#server !== null) return;
    const server = createServer((client) => this.#join(client));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(this.#port, "127.0.0.1", resolve));
    this.#port = (server.address() as AddressInfo).port;
  }

  silent(): void {
    this.#mode = "silent";
  }

  async down(): Promise<void> {
    this.#mode = "down";
    const server = this.#server;
    this.#server = null;
    const closed = new Promise<void>((resolve) =>
      server === null ? resolve() : server.close(() => resolve()),
    );
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #join(client: Socket): void {
    const upstream = connect(Number(this.#target.port || 5432), this.#target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("data", (bytes) => this.#mode === "up" && to.write(bytes));
      from.on("error", () => {});
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}

const links: Link[] = [];

async function linkedBank() {
  const link = new Link(direct.databaseUrl);
  links.push(link);
  await link.up();
  const bank = await direct.another({ databaseUrl: link.url });
  return { link, bank, stripe: stripeAt(bank.url) };
}

afterEach(async () => {
  await Promise.all(links.splice(0).map((link) => link.up()));
});

/** Pays with the same key until there is a definite answer; how long that took, and what was seen before it. */
async function payUntilAnswered(stripe: ReturnType<typeof stripeAt>, orderId: string) {
  const startedAt = performance.now();
  const statuses: unknown[] = [];
  for (;;) {
    try {
      const intent = await stripe.paymentIntents.create(payment(orderId), {
        idempotencyKey: orderId,
      });
      return { intent, statuses, tookMs: performance.now() - startedAt };
    } catch (error) {
      statuses.push((error as { statusCode?: number }).statusCode);
      if (performance.now() - startedAt > 10_000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

test("while Postgres is away the bank answers 500, and within two seconds of its return it charges again", async () => {
  const { link, bank, stripe } = await linkedBank();
  await stripe.paymentIntents.create(payment("before"));
  await link.down();

  expect((await fetch(`${bank.url}/health`)).status).toBe(503);
  const lost = await stripe.paymentIntents
    .create(payment("away"), { idempotencyKey: "away" })
    .catch((error: { statusCode?: number; rawType?: string }) => error);
  expect(lost).toMatchObject({ statusCode: 500, rawType: "api_error" });

  await link.up();
  const { intent, tookMs } = await payUntilAnswered(stripe, "away");
  expect(tookMs).toBeLessThan(2_000);
  expect(intent.status).toBe("succeeded");
  expect((await fetch(`${bank.url}/health`)).status).toBe(200);
  expect(await journalOf(direct.sql, "away")).toHaveLength(1);
});

test("a Postgres that says nothing is a 500 after the deadline, not a hang, and the pool heals", async () => {
  const { link, bank, stripe } = await linkedBank();
  await stripe.paymentIntents.create(payment("warm"));
  link.silent();

  const startedAt = performance.now();
  const health = await Promise.all(Array.from({ length: 12 }, () => fetch(`${bank.url}/health`)));
  expect(health.map(({ status }) => status)).toEqual(Array(12).fill(503));
  expect(performance.now() - startedAt).toBeLessThan(4_500);

  await link.down();
  await link.up();
  const { tookMs } = await payUntilAnswered(stripe, "healed");
  expect(tookMs).toBeLessThan(2_000);
}, 20_000);

/** Every 60 ms, and not before something was charged again: on a slow machine nothing would ever get done. Gives how often. */
function startKilling(): () => Promise<number> {
  let running = true;
  const killed = (async () => {
    let kills = 0;
    for (let seen = -1; running;) {
      const [row] = await direct.sql`select count(*)::int as charges from bank.journal`;
      if (row?.["charges"] !== seen) {
        seen = row?.["charges"];
        await direct.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'payonce-bank' and datname = current_database()`;
        kills += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    return kills;
  })();
  return () => {
    running = false;
    return killed;
  };
}

test("backends killed under load lose nothing and double nothing", async () => {
  const { stripe } = await linkedBank();
  const killing = startKilling();
  const orders = Array.from({ length: 120 }, (_, i) => `killed-${i}`);
  const ids = new Map<string, string>();
  try {
    for (let i = 0; i < orders.length; i += 12) {
      const batch = orders.slice(i, i + 12);
      await Promise.all(
        batch.map(async (order) =>
          ids.set(order, (await payUntilAnswered(stripe, order)).intent.id),
        ),
      );
    }
  } finally {
    expect(await killing()).toBeGreaterThan(10);
  }

  expect(ids.size).toBe(120);
  const counts = await direct.sql`
    select order_id, count(*)::int as charges from bank.journal where order_id like 'killed-%' group by 1`;
  expect(counts).toHaveLength(120);
  expect(counts.every(({ charges }) => charges === 1)).toBe(true);
}, 30_000);

test("a bank that starts before its Postgres waits for it", async () => {
  const link = new Link(direct.databaseUrl);
  links.push(link);
  await link.up();
  await link.down();
  const starting = direct.another({ databaseUrl: link.url });
  await new Promise((resolve) => setTimeout(resolve, 500));
  await link.up();

  const bank = await starting;
  expect((await fetch(`${bank.url}/health`)).status).toBe(200);
});
