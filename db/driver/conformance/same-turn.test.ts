import postgres from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KnownBad, openDatabase } from "../../client.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { type Admin, openAdmin } from "./admin.ts";
import { gate } from "./gate.ts";
import { testTimings, unpatchedFolder } from "./pool-under-test.ts";
import { type Driver, loadDriver } from "./unpatched-driver.ts";

let database: TestDatabase;
let admin: Admin;
let unpatched: Driver;

beforeAll(async () => {
  database = await createTestDatabase();
  admin = openAdmin(database.adminUrl);
  await admin.sql`create table effects (what text not null)`;
  unpatched = await loadDriver(unpatchedFolder());
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

// As published the driver would write to a socket that is gone, and throw where nothing catches: the runner sees that.
test.each([
  ["the patched driver", "writes"],
  ["the patched driver", "opens a savepoint"],
  ["the driver as published", "writes"],
  ["the driver as published", "opens a savepoint"],
])(
  "on %s a callback that %s in the very turn in which its connection closes sends nothing",
  async (which, does) => {
    const closing = gate();
    const driver = which === "the patched driver" ? postgres : unpatched;
    // The callback goes on before anything else hears of the end: ahead of the guard, and of `begin`'s rejection.
    const early: KnownBad["driver"] = (url, options) =>
      driver(url, {
        ...options,
        onclose(id) {
          closing.open();
          options.onclose(id);
        },
      });
    const pool = openDatabase(
      { url: database.adminUrl, max: 1, applicationName: "same-turn", timings: testTimings },
      { driver: early },
    );
    const began = gate<number>();
    const transaction = pool.sql.begin(async (tx) => {
      const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
      began.open(row?.pid ?? 0);
      await closing.opened;
      if (does === "writes") await tx`insert into effects values ('late')`;
      else await tx.savepoint((inner) => inner`insert into effects values ('late')`);
    });
    const rejected = expect(transaction).rejects.toMatchObject({ code: "CONNECTION_CLOSED" });
    await admin.kill(await began.opened);
    await rejected;
    expect(await pool.sql`select * from effects`).toEqual([]);
    await pool.close();
  },
);
