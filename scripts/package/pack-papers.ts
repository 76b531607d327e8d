import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";

const SOURCE = "server/idempotency/";
const RECIPES = "docs/recipes";

/** What a reader of the tarball must know of paths that lead nowhere there. */
const NOTE = `
> Paths that are not in this package (\`db/client.ts\`, \`scripts/…\`, decisions) are files of PayOnce, the project whose folder it is.
`;

/**
 * Writes the package's papers, so that they can be followed by whoever has nothing but the tarball: links lead to what
 * is packed or are plain text, and snippets import the published entries.
 * @param staged the folder that is packed, with the compiled package in it
 */
export function packPapers(root: string, staged: string): void {
  const papers = papersOf(root);
  for (const [path, packed] of papers) {
    const text = readFileSync(join(root, path), "utf8");
    mkdirSync(join(staged, posix.dirname(packed)), { recursive: true });
    const paper = rewrite(text, (link) => relink(link, path, packed));
    writeFileSync(join(staged, packed), packed === "README.md" ? withNote(paper) : paper);
  }

  /** @returns undefined where what it leads to is not packed */
  function relink(link: string, path: string, packed: string): string | undefined {
    const [target = "", anchor] = link.split("#");
    const source = posix.normalize(posix.join(posix.dirname(path), target));
    const at = papers.get(source) ?? compiled(source);
    if (at === undefined || !(papers.has(source) || existsSync(join(staged, at)))) return undefined;
    const to = posix.relative(posix.dirname(packed), at);
    return anchor === undefined ? to : `${to}#${anchor}`;
  }
}

/** Where each stands here, and where in the tarball. The agent's recipes are about the shop. */
function papersOf(root: string): Map<string, string> {
  const recipes = readdirSync(join(root, RECIPES))
    .filter((name) => !name.startsWith("agent-"))
    .map((name) => posix.join(RECIPES, name));
  const asTheyStand = ["CHANGELOG.md", "docs/errors.md", ...recipes];
  return new Map([
    [`${SOURCE}README.md`, "README.md"],
    ...asTheyStand.map((path): [string, string] => [path, path]),
  ]);
}

function compiled(source: string): string | undefined {
  if (!source.startsWith(SOURCE)) return undefined;
  return source.slice(SOURCE.length).replace(/\.ts$/, ".js");
}

function rewrite(text: string, relink: (link: string) => string | undefined): string {
  return text
    .replace(
      /\[([^\]]+)\]\((?![a-z]+:)([^)#\s][^)\s]*)\)/g,
      (_link, words: string, link: string) => {
        const to = relink(link);
        return to === undefined ? words : `[${words}](${to})`;
      },
    )
    .replace(/"\.\/idempotency((?:\/\w+)?)\/index\.ts"/g, '"payonce-idempotency$1"')
    .replace(/`(?:(http|trpc|client|react|contract)\/)?index\.ts`/g, (_path, entry?: string) =>
      entry === undefined ? "`payonce-idempotency`" : `\`payonce-idempotency/${entry}\``,
    );
}

function withNote(text: string): string {
  const title = text.indexOf("\n") + 1;
  return text.slice(0, title) + NOTE + text.slice(title);
}
