import { createServer } from "node:http";
import { expect, test } from "../fixtures/test.ts";
import { calibrateSlowdown } from "./calibrate-slowdown.ts";
import { CATEGORIES, measureLighthouse, type Sight } from "./measure-lighthouse.ts";

/** In all four categories. */
const SCORE_MIN = 95;
/**
 * What else the machine does makes a page slower and never quicker, so the best look is the one that is nearest to
 * the page itself; a page that has become slower is so in its best look, too.
 */
const LOOKS_MAX = 4;

test.describe.configure({ timeout: 240_000 });

for (const name of ["the opening scene", "the checkout"]) {
  test(`Lighthouse gives ${name} at least ${SCORE_MIN} in how fast, and in all else`, async ({
    baseURL,
    shop,
  }) => {
    const { orderId } = await shop.order();
    const url = `${baseURL}${name === "the checkout" ? `/checkout/${orderId}` : "/"}`;
    const browser = process.env.PAYONCE_CHROMIUM || undefined;
    const slowdown = await calibrateSlowdown(browser);
    const looks: Sight[] = [];
    while (looks.length < LOOKS_MAX && (best(looks)?.scores.performance ?? 0) < SCORE_MIN) {
      looks.push(await measureLighthouse(url, shop.cookie, { executablePath: browser, slowdown }));
    }
    const sight = best(looks);
    console.log(name, `slowdown ${slowdown.toFixed(1)}`, JSON.stringify(sight));

    for (const category of CATEGORIES) {
      const seen = `${category}: ${sight?.weak.join(", ")}`;
      expect(sight?.scores[category], seen).toBeGreaterThanOrEqual(SCORE_MIN);
    }
    expect(sight?.cls, "what is on the page stays where it is").toBeLessThanOrEqual(0.02);
  });
}

test("a page that computes for half a second is told so, although waiting is not counted", async () => {
  const page = createServer((_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(COMPUTES);
  });
  await new Promise<void>((listening) => page.listen(0, "127.0.0.1", listening));
  try {
    const address = page.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const executablePath = process.env.PAYONCE_CHROMIUM || undefined;
    const slowdown = await calibrateSlowdown(executablePath);
    const how = { executablePath, slowdown };
    const sight = await measureLighthouse(`http://127.0.0.1:${port}/`, "", how);
    expect(sight.scores.performance).toBeLessThan(SCORE_MIN);
    expect(sight.blockingMs).toBeGreaterThan(300);
  } finally {
    page.close();
  }
});

/** Some text, and some time after its first paint a loop of about half a second of a small machine's processor. */
const COMPUTES = `<!doctype html><html lang="en"><title>Computes</title><h1>Computes</h1><script>
  const compute = () => {
    let sum = 0;
    for (let n = 0; n < 4e8; n++) sum += n % 7;
    document.title = String(sum);
  };
  requestAnimationFrame(() => setTimeout(compute, 300));
</script></html>`;

function best(looks: Sight[]): Sight | undefined {
  return looks.toSorted((a, b) => b.scores.performance - a.scores.performance)[0];
}
