import { expect, test } from "../fixtures/test.ts";
import { calibrateSlowdown } from "./calibrate-slowdown.ts";
import { CATEGORIES, measureLighthouse, type Sight } from "./measure-lighthouse.ts";

const SCORE_MIN = 95;
/** A third look is worth its 15 s only when the first two disagree about the verdict. */
const LOOKS = 3;

test.describe.configure({ timeout: 240_000 });

for (const name of ["the opening scene", "the checkout"] as const) {
  test(`Lighthouse gives ${name} at least ${SCORE_MIN} in all four categories`, async ({
    baseURL,
    shop,
  }) => {
    const { orderId } = await shop.order();
    const url = `${baseURL}${name === "the checkout" ? `/checkout/${orderId}` : "/"}`;
    const browser = process.env.PAYONCE_CHROMIUM || undefined;
    const slowdown = await calibrateSlowdown(browser);
    const looks: Sight[] = [];
    while (looks.length < LOOKS && !decided(looks)) {
      looks.push(await measureLighthouse(url, shop.cookie, { executablePath: browser, slowdown }));
    }
    const [sight] = byPerformance(looks).slice(Math.floor((looks.length - 1) / 2));
    console.log(name, `slowdown ${slowdown.toFixed(1)}`, JSON.stringify(sight));

    for (const category of CATEGORIES) {
      const seen = `${category}: ${sight?.weak.join(", ")}`;
      expect(sight?.scores[category], seen).toBeGreaterThanOrEqual(SCORE_MIN);
    }
    expect(sight?.cls, "what is on the page stays where it is").toBeLessThanOrEqual(0.02);
  });
}

function byPerformance(looks: Sight[]): Sight[] {
  return looks.toSorted((a, b) => a.scores.performance - b.scores.performance);
}

/** Two looks on the same side of the line: the median of three is there, too. */
function decided(looks: Sight[]): boolean {
  const good = looks.filter(({ scores }) => scores.performance >= SCORE_MIN).length;
  return good >= 2 || looks.length - good >= 2;
}
