import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
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
const served = readRecipe(join(root, "docs/recipes/served-operations.md"));
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
  const papers = /^package\/docs\/(recipes\/(?!agent-)[a-z-]+|errors)\.md$/;
  expect(files.filter((file) => !code.test(file) && !papers.test(file)).sort()).toEqual([
    "package/CHANGELOG.md",
    "package/LICENSE",
    "package/README.md",
    "package/migration.sql",
    "package/package.json",
  ]);
  expect(files.filter((file) => /test|mutant|known-bad/.test(file))).toEqual([]);
});

test("its peers begin with what an app was tried with, and not with what this clone happens to have", async () => {
  const { output } = await run("tar", ["-xzOf", tarball, "package/package.json"]);
  const { peerDependencies } = JSON.parse(output);
  const tried = readFileSync(
    join(root, "docs/decisions/0042-the-lowest-that-was-tried.md"),
    "utf8",
  );
  for (const [name, range] of Object.entries(peerDependencies).filter(
    ([name]) => name !== "react",
  )) {
    const [lowest = ""] = String(range).match(/\d+\.\d+\.\d+/) ?? [];
    expect(tried).toContain(`${name} ${lowest}`);
  }
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
    for (const [name, text] of served.files) app.write(name, text);
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
    expect(output).toContain("idempotent: 9 hold, 0 broken, 2 skipped");
    expect(code).toBe(0);
  });

  /** An attempt that died so many minutes ago; its key. */
  async function left(procedure: string, input: string, minutes: number): Promise<string> {
    const fingerprint = `v1:${createHash("sha256").update(input).digest("hex")}`;
    const [row] = await database.run(`
      insert into idempotency_keys (account, key, procedure, fingerprint, input, holds, state, fence, lease_until, created_at)
      select 'cat', gen_random_uuid(), '${procedure}', '${fingerprint}', '${input}', false, 'in_progress', 1, over, over
        from (select clock_timestamp() - interval '${minutes} minutes' as over) lease returning key`);
    return String(row?.["key"]);
  }
  const stateOf = async (key: string) =>
    (await database.run(`select state from idempotency_keys where key = '${key}'`))[0]?.["state"];
  const KETTLE = '{"amount":999,"item":"kettle"}';

  test("its worker finishes what a dead process left, past the session check", async () => {
    await left("buy", KETTLE, 0.1);
    const { output } = await app.start("worker.ts", env);
    expect(output).toContain("found 1, failed 0");
    expect(
      await database.run("select account, item, amount from sales where account = 'cat'"),
    ).toEqual([{ account: "cat", item: "kettle", amount: 999 }]);
    expect((await app.start("worker.ts", env)).output).toContain("found 0, failed 0");
  });

  test("its worker says what it cannot read, gives the old of it to a person, and reaches what is behind", async () => {
    const unreadable = '{"amount":-1,"item":"kettle"}';
    const old = await left("buy", unreadable, 11);
    const young = await Promise.all(Array.from({ length: 20 }, () => left("buy", unreadable, 5)));
    const healthy = await left("buy", KETTLE, 1);
    const foreign = await left("POST /sales", KETTLE, 11);
    const { output } = await app.start("worker.ts", env);
    expect(output).toContain("found 22, failed 21");
    expect(output).toContain(
      `buy ${young[0]}: NeedsReview: buy does not accept its recorded input`,
    );
    expect(await stateOf(old)).toBe("needs_review");
    expect(await stateOf(String(young[0]))).toBe("in_progress");
    expect(await stateOf(healthy)).toBe("completed");
    expect(await stateOf(foreign)).toBe("in_progress");
    await database.run("update idempotency_keys set state = 'voided' where state <> 'completed'");
  });

  test("a procedure that is renamed is carried on under its old name", async () => {
    const [router, worker] = [app.read("router.ts"), app.read("worker.ts")];
    app.write(
      "router.ts",
      router
        .replace("buy:", "purchase:")
        .replace("    }),\n});", '    }, { procedure: "buy" }),\n});'),
    );
    app.write("worker.ts", worker.replace("api.buy(", "api.purchase("));
    const key = await left("buy", KETTLE, 1);
    expect((await app.start("worker.ts", env)).output).toContain("found 1, failed 0");
    expect(await stateOf(key)).toBe("completed");
    app.write("router.ts", router);
    app.write("worker.ts", worker);
  });

  test("who has gone is not sold what is only held for them, by the worker of served operations", async () => {
    const key = await left("hold", KETTLE, 1);
    const [before] = await database.run("select count(*) from sales");
    const { output } = await app.start("hold-worker.ts", env);
    expect(output).toContain("found 1, failed 0, ended 0");
    expect(await stateOf(key)).toBe("voided");
    expect((await database.run("select count(*) from sales"))[0]).toEqual(before);
  });

  // postgres.js has the conformance suite in db/driver for this.
  if (driver === "pg")
    test("a failover does not end the process, and the pool heals", async () => {
      app.write("failover.ts", FAILOVER);
      const { code, output } = await app.start("failover.ts", env);
      expect([code, output]).toEqual([0, expect.stringContaining("a connection was lost")]);
      expect(output).toContain("healed, statement_timeout 4s");
    });
});

/** Ends the backend of an idle connection, as a failover does. */
const FAILOVER = `
import { client } from "./db.ts";
const [idle, other] = await Promise.all([client.connect(), client.connect()]);
const { rows } = await idle.query("select pg_backend_pid() as pid");
idle.release();
const lost = new Promise((resolve) => client.once("error", resolve));
await other.query("select pg_terminate_backend($1)", [rows[0].pid]);
await lost;
other.release(true);
const healed = await client.query("show statement_timeout");
console.log("healed, statement_timeout", healed.rows[0].statement_timeout);
await client.end();
`;

/** The change that docs/recipes/another-driver.md asks for. */
function toNodePostgres(text: string): string {
  const { files } = readRecipe(join(root, "docs/recipes/another-driver.md"));
  const other = files.get("db.ts") ?? "";
  return other + text.slice(text.indexOf("\nexport const sales"));
}
