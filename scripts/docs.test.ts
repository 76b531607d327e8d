import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** Papers of the root, all of docs/, and the READMEs that stand beside what they tell of. */
const PAPERS = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
  "CHANGELOG.md",
  "server/idempotency/README.md",
  "server/bank/README.md",
  "server/suppliers/README.md",
  "e2e/README.md",
  "chaos/README.md",
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => join("docs", file)),
];

// What is installed is not ours: a recipe may name a path in the reader's own node_modules.
const TOP = readdirSync(root).filter(
  (name) => !name.startsWith(".git") && !["node_modules", "test-results"].includes(name),
);

/** What a paper points at, as paths from the root: links that are not the web's, and `paths` in backticks. */
function pathsIn(paper: string): string[] {
  const prose = read(paper).replace(/```[\s\S]*?```/g, "");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)]
    .map(([, link, image]) => (link ?? image ?? "").replace(/#.*$/, ""))
    .filter((link) => link !== "" && !/^[a-z]+:/.test(link))
    .map((link) => relative(root, join(root, dirname(paper), link)));
  const quoted = [...prose.matchAll(/`([^`\s]+)`/g)]
    .map(([, text]) => (text ?? "").replace(/:\d+$/, ""))
    // A path begins with something that lies in the root, and has a folder or an ending.
    .filter((text) => /[/.]/.test(text) && TOP.includes(text.split("/")[0] ?? ""))
    .filter((text) => !/[*<>…{]/.test(text));
  return [...links, ...quoted];
}

describe.each(PAPERS)("%s", (paper) => {
  test("names files and folders that exist", () => {
    const missing = pathsIn(paper).filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });

  test("names commands that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json"));
    const named = [...read(paper).matchAll(/\bnpm (?:run ([\w:-]+\w)|(test))\b/g)];
    const missing = named
      .map(([, run, own]) => run ?? own)
      .filter((name) => !(`${name}` in scripts));
    expect(missing).toEqual([]);
  });
});

test("no paper promises more than can be kept", () => {
  const boasting = PAPERS.filter((paper) => /exactly[- ]once/i.test(read(paper)));
  // The page on words may say which words are not used.
  expect(boasting.filter((paper) => paper !== "CONTRIBUTING.md")).toEqual([]);
});

const sections = read("docs/guarantees.md").split(/^### /m).slice(1);

test("every guarantee of the contract has its section", () => {
  const ids = sections.map((section) => section.split(" ")[0]);
  const range = (letter: string, last: number) =>
    Array.from({ length: last }, (_, at) => `${letter}${at + 1}`);
  expect(ids).toEqual([...range("S", 16), ...range("L", 7)]);
});

test.each(sections.map((section): [string, string] => [section.split("\n")[0] ?? "", section]))(
  "%s: its tests exist, or it says that it is not yet shown",
  (_title, section) => {
    const shown = [...section.matchAll(/^- `([^`]+)` "(.+)"(?: \(.*\))?$/gm)];
    if (shown.length === 0) expect(section).toContain("Not yet shown");
    for (const [, file = "", title = ""] of shown) {
      expect(file).toMatch(/\.(test|spec)\.ts$/);
      expect(read(file), file).toContain(title);
    }
    // A line that begins like one and is none would go unchecked.
    expect(section.match(/^- `/gm)?.length ?? 0).toBe(shown.length);
  },
);
