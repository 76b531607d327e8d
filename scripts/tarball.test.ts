import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packIdempotency } from "./package/pack-idempotency.ts";
import { run } from "./setup/run.mjs";

// What somebody reads who has the tarball and nothing else.
const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");
const shelf = mkdtempSync(join(tmpdir(), "payonce-tarball-"));
const inside = join(shelf, "package");
const read = (file: string) => readFileSync(join(inside, file), "utf8");
let papers: string[] = [];
let entries: [name: string, types: string][] = [];

beforeAll(async () => {
  await run("tar", ["-xzf", await packIdempotency(root, shelf), "-C", shelf]);
  const files = readdirSync(inside, { recursive: true, encoding: "utf8" });
  papers = files.filter((file) => file.endsWith(".md"));
  const { name, exports } = JSON.parse(read("package.json"));
  entries = Object.keys(exports).map((path) => [
    name + path.slice(1),
    exports[path].types ?? exports[path],
  ]);
}, 60_000);
afterAll(() => rmSync(shelf, { recursive: true, force: true }));

/** The names that an entry's declarations give. */
function namesOf(types: string): string[] {
  const text = read(types);
  const lists = [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, list = ""]) =>
    list.split(",").map((name) => name.trim().replace(/^type /, "")),
  );
  const own = [...text.matchAll(/^export declare \w+ (\w+)/gm)].map(([, name = ""]) => name);
  return [...lists, ...own].filter((name) => name !== "");
}

test("every link of its papers leads to something in it", () => {
  expect(papers).toContain("README.md");
  const lost = papers.flatMap((paper) =>
    [...read(paper).matchAll(/\]\((?![a-z]+:|#)([^)\s#]+)[^)]*\)/g)]
      .filter(([, link = ""]) => !existsSync(join(inside, dirname(paper), link)))
      .map(([, link]) => `${paper}: ${link}`),
  );
  expect(lost).toEqual([]);
});

test("every paper that its README sends the reader to is packed", () => {
  const named = [...read("README.md").matchAll(/`(docs\/[\w/-]+\.md)`/g)].map(([, path]) => path);
  expect(named).toContain("docs/errors.md");
  expect(named.filter((path) => !papers.includes(path ?? ""))).toEqual([]);
});

test("every import of its snippets is an entry that exists, and names what it exports", () => {
  const known = new Map(entries.map(([entry, types]) => [entry, namesOf(types)]));
  const wrong = papers.flatMap((paper) =>
    [...read(paper).matchAll(/^import\s(?:\{([^}]*)\}|[^;"]*?)\sfrom "([^"]*idempotency[^"]*)"/gm)]
      .map(([, list = "", entry = ""]) => ({
        entry,
        names: list.split(",").map((name) => name.trim().replace(/^type /, "")),
      }))
      .filter(({ entry, names }) => {
        const exported = known.get(entry);
        return !exported || names.some((name) => name !== "" && !exported.includes(name));
      })
      .map(({ entry, names }) => `${paper}: ${names.join(", ")} from ${entry}`),
  );
  expect(wrong).toEqual([]);
});

test("its README names everything that it exports, and nothing else", () => {
  const [, table = ""] = read("README.md").split("## Everything it exports");
  const rows = [...table.matchAll(/^\| `([^`]+)` +\| ([^|]*)\|/gm)];
  for (const [entry, types] of entries.filter(([, file]) => file.endsWith(".d.ts"))) {
    const named = rows
      .filter(([, of]) => of === entry)
      .flatMap(([, , names = ""]) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name));
    expect([entry, ...named.sort()]).toEqual([entry, ...namesOf(types).sort()]);
  }
});
