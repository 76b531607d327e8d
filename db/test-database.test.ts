import postgres from "postgres";
import { expect, test } from "vitest";
import { createTestDatabase } from "./test-database.ts";

test("ten test files that ask at once each get an empty database of their own", async () => {
  const clones = await Promise.all(Array.from({ length: 10 }, () => createTestDatabase()));
  try {
    for (const { adminUrl } of clones) {
      const sql = postgres(adminUrl, { max: 1, fetch_types: false });
      await sql`create table only_here (id int)`;
      await sql.end();
    }
    expect(new Set(clones.map((clone) => clone.adminUrl)).size).toBe(10);
  } finally {
    await Promise.all(clones.map((clone) => clone.drop()));
  }
});

test("tests run on a server that keeps its promises: fsync and synchronous_commit are on", async () => {
  const clone = await createTestDatabase();
  const sql = postgres(clone.adminUrl, { max: 1, fetch_types: false });
  try {
    const settings = await sql`select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes') order by name`;
    expect(settings.map((row) => row["setting"])).toEqual(["on", "on", "on"]);
  } finally {
    await sql.end();
    await clone.drop();
  }
});

test("a clone is migrated, and each role comes in with its own address", async () => {
  const clone = await createTestDatabase();
  try {
    for (const url of [clone.adminUrl, clone.appUrl, clone.bankUrl, clone.suppliersUrl]) {
      const sql = postgres(url, { max: 1, fetch_types: false });
      const [row] =
        await sql`select current_user as role, to_regclass('public.orders') is not null as migrated`;
      expect(row).toEqual({ role: new URL(url).username, migrated: true });
      await sql.end();
    }
  } finally {
    await clone.drop();
  }
});
