import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../setup/run.mjs";
import { browserOrInstall } from "./install-browser.ts";
import { withOwnStack } from "./own-stack.ts";

/** Photographs every state on a stack of its own, and writes the page that shows all of them. @returns the exit code */
export async function runScreens(root: string, words: string[]): Promise<number> {
  const browser = await browserOrInstall(root);
  const folder = join(root, "test-results", "screens");
  mkdirSync(folder, { recursive: true });
  const cli = join(root, "node_modules", "@playwright", "test", "cli.js");
  const command = [cli, "test", "--config", "e2e/states/playwright.config.ts", "--reporter=list"];
  const logFile = join(root, "test-results", "stack.log");
  const { code } = await withOwnStack(root, logFile, ({ address, dataDir, databaseUrl }) =>
    run(process.execPath, [...command, ...words], {
      cwd: root,
      env: {
        ...process.env,
        PAYONCE_URL: address,
        PAYONCE_DATA_DIR: dataDir,
        DATABASE_ADMIN_URL: databaseUrl ?? "",
        PAYONCE_CHROMIUM: browser.path ?? "",
      },
      inherit: true,
    }),
  );
  const pictures = readdirSync(folder).filter((file) => file.endsWith(".png"));
  const index = join(folder, "index.html");
  writeFileSync(index, indexOf(pictures.sort()));
  console.log(`\n${pictures.length} pictures: ${index}`);
  return code;
}

/** Names are `<state>.<scheme>.<width>.png`; one row a state. */
function indexOf(pictures: string[]): string {
  const states = [...new Set(pictures.map((file) => file.split(".")[0] ?? ""))];
  const rows = states.map((state) => {
    const own = pictures.filter((file) => file.split(".")[0] === state);
    const images = own.map(
      (file) => `<a href="${file}"><img loading="lazy" src="${file}" alt="${file}"></a>`,
    );
    return `<h2>${state.replaceAll("-", " ")}</h2><p>${images.join("")}</p>`;
  });
  return `<!doctype html><meta charset="utf-8"><title>PayOnce: screens</title>
<style>body{font:15px system-ui;margin:2rem;background:#888}img{height:340px;margin:4px;vertical-align:top}</style>
<h1>${pictures.length} pictures of ${states.length} states</h1>
${rows.join("\n")}
`;
}
