import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "./migrate.ts";
import { createTestDatabase, type TestDatabase } from "./test-database.ts";

let databases: TestDatabase[];

beforeAll(async () => {
  databases = [];
  for (let made = 0; made < 3; made += 1) databases.push(await createTestDatabase());
});
afterAll(() => Promise.all(databases.map(({ drop }) => drop())));

test("migrations side by side, two in each of three databases of one server, all come to their end: their roles are the same", async () => {
  for (let round = 0; round < 4; round += 1) {
    const both = [...databases, ...databases].map((database) => migrate(database));
    expect(await Promise.allSettled(both)).toEqual(
      both.map(() => ({ status: "fulfilled", value: undefined })),
    );
  }
});
