import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, type Page, test } from "@playwright/test";
import { run } from "../../scripts/setup/run.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
let built = "";
const rounds = 200;

// The package's client half as it is packed, alone on a page: two tabs decide hundreds of times in seconds.
test.beforeAll(async () => {
  built = mkdtempSync(join(tmpdir(), "payonce-client-"));
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const source = join(root, "server", "idempotency");
  const { code, output } = await run(process.execPath, [tsc, "-p", source, "--outDir", built]);
  expect(code, output).toBe(0);
});
test.afterAll(() => rmSync(built, { recursive: true, force: true }));

test.beforeEach(async ({ context, baseURL }) => {
  await context.route(`${baseURL}/keeper/**`, (route) => {
    const file = basename(new URL(route.request().url()).pathname);
    return file.endsWith(".js")
      ? route.fulfill({
          contentType: "text/javascript",
          body: readFileSync(join(built, "client", file)),
        })
      : route.fulfill({ contentType: "text/html", body: "<title>keeper</title>" });
  });
});

test("two tabs that decide in the same moment get one key, 400 times of 400", async ({
  context,
  baseURL,
}) => {
  const tabs = await openTwo(() => context.newPage(), `${baseURL}/keeper/`);
  for (let round = 0; round < rounds; round++) {
    const both = (spent: string) =>
      Promise.all(tabs.map((tab) => tab.evaluate(decide, { orderId: `order-${round}`, spent })));
    const [first, alsoFirst] = await both("");
    expect(alsoFirst, `round ${round}`).toBe(first);
    // A key that is spent has one successor too.
    const [second, alsoSecond] = await both(String(first));
    expect(alsoSecond, `round ${round}, the second key`).toBe(second);
    expect(second).not.toBe(first);
  }
});

test("known bad: a look at localStorage and then a write lets two tabs make two keys", async ({
  context,
  baseURL,
}) => {
  const tabs = await openTwo(() => context.newPage(), `${baseURL}/keeper/`);
  const twoKeys = async (round: number) => {
    const keys = await Promise.all(
      tabs.map((tab) => tab.evaluate(lookThenWrite, `order-${round}`)),
    );
    return keys[0] !== keys[1];
  };
  let round = 0;
  while (round < 20 * rounds && !(await twoKeys(round))) round++;
  expect(round, "rounds without a second key").toBeLessThan(20 * rounds);
});

async function openTwo(newPage: () => Promise<Page>, url: string): Promise<Page[]> {
  const tabs = [await newPage(), await newPage()];
  for (const tab of tabs) await tab.goto(url);
  return tabs;
}

/** What a press does: reads what stands, and proposes a fresh key after a spent one. @returns what this tab may send */
async function decide({ orderId, spent }: { orderId: string; spent: string }): Promise<string> {
  const { browserKeeper } = await import(`${location.href}browser-keeper.js`);
  const { intentLife } = await import(`${location.href}intent-life.js`);
  const { makeKey } = await import(`${location.href}make-key.js`);
  const life = intentLife({ keepsOrder: () => true, isInput: () => true });
  const keeper = browserKeeper(life, (id: string) => `keeper.${id}`);
  const before = keeper.read(orderId);
  if (before !== null && before.idempotencyKey !== spent) return before.idempotencyKey;
  const fresh = life.advance(null, {
    type: "pressed",
    account: "a",
    orderId,
    freshKey: makeKey(),
    input: {},
  });
  return (await keeper.succeed(fresh, before?.idempotencyKey ?? null)).record.idempotencyKey;
}

function lookThenWrite(name: string): string {
  const stands = localStorage.getItem(name);
  if (stands !== null) return stands;
  const fresh = crypto.randomUUID();
  localStorage.setItem(name, fresh);
  return fresh;
}
