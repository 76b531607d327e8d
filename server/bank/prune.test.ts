import { expect, test } from "vitest";
import { bankUnderTest } from "./bank-under-test.ts";
import { openDatabase } from "./database.ts";
import { prune } from "./prune.ts";

const bank = bankUnderTest();
const DAY_MS = 24 * 60 * 60 * 1000;
const OLD = 25_000;
const YOUNG = 1_500;

/** What a busy day leaves: answers of two days ago and of this hour, events of 31 days ago and of yesterday, each delivered. */
async function busyDays() {
  await bank.sql`truncate bank.answers, bank.events, bank.deliveries`;
  await bank.sql`
    insert into bank.answers (merchant, key_hash, fingerprint, status, body, request_id, at)
    select 'm', n::text, 'f', 200, repeat('x', 800), 'r', clock_timestamp() - case when n <= ${OLD}::int then interval '2 days' else interval '1 hour' end
      from generate_series(1, ${OLD + YOUNG}::int) n`;
  await bank.sql`
    insert into bank.events (id, merchant, created, type, object_id, body)
    select 'evt_' || n, 'm', extract(epoch from clock_timestamp() - case when n <= ${OLD}::int then interval '31 days' else interval '1 day' end)::bigint,
           'charge.succeeded', 'ch_' || n, repeat('x', 800)
      from generate_series(1, ${OLD + YOUNG}::int) n`;
  await bank.sql`
    insert into bank.deliveries (event, subject, due_at, ended)
    select id, object_id, clock_timestamp(), 'delivered' from bank.events`;
}

async function rows() {
  const [row] = await bank.sql`
    select (select count(*) from bank.answers)::int as answers, (select count(*) from bank.events)::int as events,
           (select count(*) from bank.deliveries)::int as deliveries`;
  return { ...row };
}

test("however much a busy day has left, one round forgets all that is out of its time, and nothing else", async () => {
  await busyDays();
  const database = openDatabase({ databaseUrl: bank.databaseUrl });
  await prune(database, { keyLifeMs: DAY_MS, forMs: 60_000 });
  await database.close();
  expect(await rows()).toEqual({ answers: YOUNG, events: YOUNG, deliveries: YOUNG });
});

test("what is beyond the time of one round is left to the next one, and neither table waits for the other's", async () => {
  await busyDays();
  const database = openDatabase({ databaseUrl: bank.databaseUrl });
  await prune(database, { keyLifeMs: DAY_MS, forMs: 1 });
  await database.close();
  const left = OLD + YOUNG - 1_000;
  expect(await rows()).toEqual({ answers: left, events: left, deliveries: left });
});

test("what is due is found by an index, also where new rows stand in the place of old ones", async () => {
  const plans = await bank.sql.begin(async (sql) => {
    await sql`set local enable_seqscan = off`;
    const answers =
      await sql`explain select ctid from bank.answers where at < now() - 1::float8 * interval '1 millisecond' order by at limit 1000`;
    const events =
      await sql`explain select ctid from bank.events where created < extract(epoch from now() - interval '30 days')::bigint order by created limit 1000`;
    return [answers, events].map((rows) => rows.map((row) => row["QUERY PLAN"]).join("\n"));
  });
  expect(plans[0]).toMatch(/Index Scan using answers_by_time[^]*Index Cond/);
  expect(plans[1]).toMatch(/Index Scan using events_by_time[^]*Index Cond/);
});
