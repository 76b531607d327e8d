import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packIdempotency } from "./package/pack-idempotency.ts";
import { readRecipe, StrangerApp } from "./package/stranger-app.ts";

// The browser's half of docs/recipes/lift-the-wrapper.md, as it stands there, against what stands between a page and its server.
const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const recipe = readRecipe(join(root, "docs/recipes/lift-the-wrapper.md"));

/** A page of a few lines: a storage, a history, and a network that gives one answer to everything. */
const PAGE = `
const stored = new Map<string, string>();
Object.assign(globalThis, {
  localStorage: {
    getItem: (name: string) => stored.get(name) ?? null,
    setItem: (name: string, text: string) => void stored.set(name, text),
    removeItem: (name: string) => stored.delete(name),
  },
  history: { state: null, replaceState() {} },
});
const { saleOf } = await import("./client.ts");
for (const status of [400, 401, 403, 404, 413]) {
  let requests = 0;
  globalThis.fetch = async () => {
    requests += 1;
    return new Response("<h1>No</h1>", { status, headers: { "content-type": "text/html" } });
  };
  const { phase, record } = await saleOf(String(status), "ann").press({ item: "tea", amount: 999 });
  console.log(status, phase.at, "requests", requests, "doubt", record?.inDoubt);
}
`;

const app = new StrangerApp(root);
const shelf = mkdtempSync(join(tmpdir(), "payonce-tarball-"));

beforeAll(async () => {
  const tarball = await packIdempotency(root, shelf);
  app.write("client.ts", recipe.files.get("client.ts") ?? "");
  app.write("page.ts", PAGE);
  await app.install(tarball, ["@trpc/server", "@trpc/client", "drizzle-orm"]);
}, 60_000);
afterAll(() => {
  app.remove();
  rmSync(shelf, { recursive: true, force: true });
});

test("a proxy's own page is a refusal that is asked once, and no payment in doubt", async () => {
  const { output } = await app.start("page.ts", {});
  expect(output.trim().split("\n")).toEqual(
    [400, 401, 403, 404, 413].map((status) => `${status} refused requests 1 doubt false`),
  );
}, 60_000);
