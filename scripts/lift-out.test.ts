import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { emptyDatabase } from "./package/empty-database.ts";
import { packIdempotency } from "./package/pack-idempotency.ts";
import { readRecipe, StrangerApp } from "./package/stranger-app.ts";
import { run } from "./setup/run.mjs";

// docs/recipes/lift-the-wrapper.md, carried out: every file, the diff and every sentence with a number in it.
const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const recipe = readRecipe(join(root, "docs/recipes/lift-the-wrapper.md"));
const PACKAGES = ["@trpc/server", "@trpc/client", "drizzle-orm", "zod", "@types/node", "@types/pg"];

const shelf = mkdtempSync(join(tmpdir(), "payonce-tarball-"));
let tarball = "";
beforeAll(async () => {
  tarball = await packIdempotency(root, shelf);
});
afterAll(() => rmSync(shelf, { recursive: true, force: true }));

/** Each running file of the tarball, with the packages that it imports. */
async function importsOf(file: string): Promise<string[]> {
  const { output } = await run("tar", ["-xzOf", tarball, file]);
  return [...output.matchAll(/^(?:import|export)\s(?:[^;"]*?\sfrom\s+)?"([^"]+)"/gm)].map(
    ([, name = ""]) => name,
  );
}

test("the tarball is the package and nothing else", async () => {
  const { output } = await run("tar", ["-tzf", tarball]);
  const files = output.trim().split("\n");
  const ENTRIES = ["", "http/", "trpc/", "client/", "react/", "contract/"];
  for (const entry of ENTRIES)
    for (const ending of ["js", "d.ts"]) expect(files).toContain(`package/${entry}index.${ending}`);
  const code = /^package\/((core|http|trpc|client|react|contract)\/)?[a-z-]+\.(d\.ts|js)$/;
  expect(files.filter((file) => !code.test(file)).sort()).toEqual([
    "package/LICENSE",
    "package/README.md",
    "package/migration.sql",
    "package/package.json",
  ]);
  expect(files.filter((file) => /test|mutant|known-bad/.test(file))).toEqual([]);
});

test("each part of it imports what its users have anyway, and browsers get no server code", async () => {
  const { output } = await run("tar", ["-tzf", tarball]);
  const allowed: [folder: string, packages: RegExp][] = [
    ["client/", /^(\.\/[a-z-]+\.js|@trpc\/client|@trpc\/server\/observable)$/],
    ["react/", /^(\.\.\/client\/index\.js|react)$/],
    ["trpc/", /^(\.{1,2}\/[a-z/-]+\.js|@trpc\/server)$/],
    ["", /^(\.{1,2}\/[a-z/-]+\.js|node:\w+|drizzle-orm(\/pg-core)?)$/],
  ];
  for (const file of output
    .trim()
    .split("\n")
    .filter((name) => name.endsWith(".js"))) {
    const [, packages] = allowed.find(([folder]) => file.startsWith(`package/${folder}`)) ?? [];
    for (const name of await importsOf(file))
      expect([file, name]).toEqual([file, expect.stringMatching(packages ?? /^$/)]);
  }
});

describe.each([
  ["postgres.js", (text: string) => text, "postgres"],
  ["node-postgres", toNodePostgres, "pg"],
])("a stranger's app on %s", (_driver, toDriver, driver) => {
  const database = emptyDatabase(inject("testTemplate").adminUrl);
  const app = new StrangerApp(root);
  const env = { DATABASE_URL: database.url };

  beforeAll(async () => {
    await database.create();
    for (const [name, text] of recipe.files) {
      if (name.endsWith(".ts")) app.write(name, name === "db.ts" ? toDriver(text) : text);
    }
    await app.install(tarball, [...PACKAGES, driver]);
    await database.run(recipe.files.get("schema.sql") ?? "");
    await database.run(app.read("node_modules/payonce-idempotency/migration.sql"));
  }, 60_000);
  afterAll(async () => {
    app.remove();
    await database.drop();
  });

  test("before the change the contract is broken, and says how in two requests", async () => {
    const { code, output } = await app.start("contract.ts", env);
    expect(output).toContain("NOT idempotent");
    expect(code).toBe(1);
    expect(output).toMatch(
      /not kept: the second answer has the first one's bytes\n +1\. .*\n +2\. /,
    );
  });

  test("the change is at most 10 lines of one router, and the recipe counts them right", async () => {
    const diff = recipe.diffs.get("router.ts") ?? "";
    const added = diff.match(/^\+/gm)?.length ?? 0;
    const taken = diff.match(/^-/gm)?.length ?? 0;
    expect(added).toBeLessThanOrEqual(10);
    expect([added, taken]).toEqual([9, 5]);
    expect([...recipe.diffs.keys()]).toEqual(["router.ts"]);
    await app.apply("router.ts", diff);
  });

  test("what the recipe shows compiles against the tarball's declarations", async () => {
    await app.compile();
  });

  test("after the change the contract holds", async () => {
    const { code, output } = await app.start("contract.ts", env);
    expect(output).toContain("idempotent: 9 hold, 0 broken, 0 skipped");
    expect(code).toBe(0);
  });

  test("its worker finishes what a dead process left", async () => {
    const input = '{"amount":999,"item":"kettle"}';
    const fingerprint = `v1:${createHash("sha256").update(input).digest("hex")}`;
    await database.run(`
      insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until)
      values ('cat', gen_random_uuid(), 'buy', '${fingerprint}', '${input}', false, 'in_progress', 1, clock_timestamp() - interval '1 s')`);
    const { output } = await app.start("worker.ts", env);
    expect(output).toContain("carried on: 1");
    expect(
      await database.run("select account, item, amount from sales where account = 'cat'"),
    ).toEqual([{ account: "cat", item: "kettle", amount: 999 }]);
    expect((await app.start("worker.ts", env)).output).toContain("carried on: 0");
  });
});

/** The change that docs/recipes/another-driver.md asks for. */
function toNodePostgres(text: string): string {
  const { files } = readRecipe(join(root, "docs/recipes/another-driver.md"));
  const other = files.get("db.ts") ?? "";
  return other + text.slice(text.indexOf("\nexport const sales"));
}
