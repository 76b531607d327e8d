import { expect, test } from "../fixtures/test.ts";

/** UX section 17: kilobytes of 1,000 bytes, as they come over the wire. */
const BUDGET_BYTES = 170_000;
/** In characters: what next.config.js calls large, and a little more. */
const LARGE = 33_000;

test("the opening scene loads at most 170 KB of JavaScript, everything it fetches by itself included", async ({
  page,
}) => {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  const scripts = new Map<string, string>();
  const bytes: Record<string, number> = {};
  session.on("Network.responseReceived", ({ requestId, response, type }) => {
    if (type === "Script") scripts.set(requestId, new URL(response.url).pathname);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const script = scripts.get(requestId);
    if (script) bytes[script] = encodedDataLength;
  });
  await page.goto("/", { waitUntil: "networkidle" });
  await expect(page.getByRole("button", { name: /^Pay / })).not.toHaveAttribute("aria-disabled");

  const total = Object.values(bytes).reduce((sum, each) => sum + each, 0);
  expect(Object.keys(bytes).length, "scripts were seen").toBeGreaterThan(3);
  expect(total, JSON.stringify(bytes, null, 2)).toBeLessThanOrEqual(BUDGET_BYTES);
});

test("the browser is told to compile every large script of the checkout while it arrives", async ({
  page,
  shop,
}) => {
  const scripts: Promise<string>[] = [];
  page.on("response", (response) => {
    if (response.request().resourceType() === "script") scripts.push(response.text());
  });
  await page.goto(`/checkout/${(await shop.order()).orderId}`, { waitUntil: "networkidle" });
  const large = (await Promise.all(scripts)).filter(({ length }) => length > LARGE);
  expect(large.length, "scripts were seen").toBeGreaterThan(1);
  for (const text of large) expect(text).toMatch(/^\/\/# allFunctionsCalledOnLoad\n/);
});
