import type postgres from "postgres";
import { expect, test, vi } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";
import type { TimelineEvent } from "./event.ts";

const stack = stackUnderTest({ instances: 2, poolMax: 2 });
const SOON = { timeout: 15_000, interval: 20 };

/** A client with a live stream, as the browser reads it. */
class Watcher {
  readonly events: TimelineEvent[] = [];
  readonly batches: number[] = [];
  lastEventId: string | undefined;
  ended = false;
  readonly #client = new AbortController();

  static async watches(buyer: Buyer, lastEventId?: string, at = 0): Promise<Watcher> {
    const watcher = new Watcher();
    const input = { lastEventId };
    const to = stack.instances[at];
    const answer = await buyer.subscribe("timeline.stream", input, watcher.#client.signal, to);
    expect(answer.headers.get("cache-control")).toBe("no-store, no-transform");
    void watcher.#read(answer);
    await vi.waitFor(() => expect(watcher.lastEventId).toBeDefined(), SOON);
    return watcher;
  }

  leaves(): void {
    this.#client.abort();
  }

  points(orderId: string): string[] {
    const own = this.events.filter((event) => event.orderId === orderId);
    return own.map(({ point }) => point);
  }

  async #read(answer: Response): Promise<void> {
    let text = "";
    try {
      for await (const chunk of answer.body ?? []) {
        text += new TextDecoder().decode(chunk);
        const messages = text.split("\n\n");
        text = messages.pop() ?? "";
        for (const message of messages) this.#take(message);
      }
    } catch {
      // The client went away.
    }
    this.ended = true;
  }

  #take(message: string): void {
    const id = /^id: (.+)$/m.exec(message)?.[1];
    const data = /^data: (.+)$/m.exec(message)?.[1];
    if (id === undefined || data === undefined) return;
    this.lastEventId = id;
    const events: TimelineEvent[] = JSON.parse(data);
    if (events.length > 0) this.batches.push(performance.now());
    this.events.push(...events);
  }
}

test("a payment is told while it happens, also one that another instance serves", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const watcher = await Watcher.watches(buyer);
  const bought = await buyer.saves();
  await buyer.pays(bought, { to: stack.instances[1] ?? stack.services });
  const told = ["arrived", "after-claim", "before-provider", "after-provider", "after-commit"];
  await vi.waitFor(
    () => expect(watcher.points(bought.orderId)).toEqual([...told, "answered"]),
    SOON,
  );
  watcher.leaves();
});

test("whoever comes back with the last id is told everything in between, also on another instance", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const first = await Watcher.watches(buyer);
  const seen = await buyer.saves();
  await buyer.pays(seen);
  await vi.waitFor(() => expect(first.points(seen.orderId)).toContain("answered"), SOON);
  first.leaves();

  const missed = await buyer.saves();
  await buyer.pays(missed);
  const second = await Watcher.watches(buyer, first.lastEventId, 1);
  await vi.waitFor(() => expect(second.points(missed.orderId)).toContain("answered"), SOON);
  const listed = await buyer.query("timeline.list", { orderId: missed.orderId });
  const ids = new Set(second.events.map(({ id }) => id));
  expect(Object.values(Object(listed.result)).every((event) => ids.has(Object(event).id))).toBe(
    true,
  );
  second.leaves();
});

test("an event that commits after younger ones is told all the same", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const watcher = await Watcher.watches(buyer);
  await whileUncommitted(buyer.account, "late", async () => {
    await write(stack.sql, buyer.account, "early");
    await vi.waitFor(() => expect(texts(watcher)).toEqual(["early"]), SOON);
  });
  await vi.waitFor(() => expect(texts(watcher)).toEqual(["early", "late"]), SOON);
  watcher.leaves();
});

test("a reader of 'id > last', which is what this must not be, would have lost it", async () => {
  const account = "a-known-bad-reader";
  const since = (last: string) => stack.sql<{ id: string; text: string }[]>`
    select id::text, text from timeline_events where account = ${account} and id > ${last}::bigint`;
  let last = "0";
  await whileUncommitted(account, "late", async () => {
    await write(stack.sql, account, "early");
    const [early] = await since(last);
    expect(early?.text).toBe("early");
    last = String(early?.id);
  });
  expect(await since(last)).toEqual([]);
});

test("ten idle streams hold no connection of a pool of two, and end with their clients", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const watchers = await Promise.all(Array.from({ length: 10 }, () => Watcher.watches(buyer)));
  const started = performance.now();
  await Promise.all(Array.from({ length: 8 }, () => stack.services.pool.sql`select pg_sleep(0.1)`));
  expect(performance.now() - started).toBeLessThan(5_000);
  for (const watcher of watchers) watcher.leaves();
  await vi.waitFor(() => expect(watchers.every(({ ended }) => ended)).toBe(true), SOON);
});

test("a stream that nobody reads any more asks Postgres nothing", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const watcher = await Watcher.watches(buyer);
  watcher.leaves();
  await vi.waitFor(() => expect(watcher.ended).toBe(true), SOON);
  const looks = vi.spyOn(stack.services.db, "execute");
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect(looks).not.toHaveBeenCalled();
  looks.mockRestore();
});

test("a storm of lines comes in at most ten lists a second, and all of it comes", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const watcher = await Watcher.watches(buyer);
  for (let at = 0; at < 40; at += 1) {
    await stack.sql`insert into timeline_events (account, key, sent_by, point, outcome, text)
      select ${buyer.account}, gen_random_uuid(), 'you', 'arrived', 'none', n::text from generate_series(1, 40) n`;
    await stack.sql`select pg_notify('payonce_timeline', ${buyer.account})`;
  }
  await vi.waitFor(() => expect(watcher.events).toHaveLength(1_600), SOON);
  const [first = 0, last = 0] = [watcher.batches[0], watcher.batches.at(-1)];
  expect(watcher.batches.length).toBeLessThanOrEqual(2 + (last - first) / 90);
  watcher.leaves();
});

/** A line that has its number already and is seen by nobody yet, until `work` is done. */
async function whileUncommitted(account: string, text: string, work: () => Promise<void>) {
  await stack.sql.begin(async (tx) => {
    await write(tx, account, text);
    await work();
  });
}

async function write(sql: postgres.ISql, account: string, text: string): Promise<void> {
  await sql`insert into timeline_events (account, key, sent_by, point, outcome, text)
            values (${account}, gen_random_uuid(), 'you', 'arrived', 'none', ${text})`;
}

function texts(watcher: Watcher): string[] {
  return watcher.events.map(({ text }) => text);
}
