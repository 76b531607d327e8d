import type { Locator, Page } from "@playwright/test";
import { CheckoutPage } from "../fixtures/checkout-page.ts";
import type { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";
import { beyondMachine, measureRounds } from "./rounds.ts";

const PRESSES = 20;
/** UX section 17: p75 of 20 presses. */
const PAINT_MS = 60;

/** Does nothing on a press but show it. What it needs beyond a frame the machine needs, and not the checkout. */
const EMPTY_PAGE = `<main><button onclick="document.querySelector('main').dataset.state='paying'">Pay</button></main>`;

declare global {
  interface Window {
    paintedAfterMs?: Promise<number>;
  }
}

test.describe.configure({ timeout: 400_000 });

test(`from the press of Pay to the painted "Paying…" it takes at most ${PAINT_MS} ms in three of four cases`, async ({
  page,
  shop,
}) => {
  const rounds = await measureRounds(PAINT_MS, () => measureRound(page, shop));
  expect(rounds[0], `p75 of each round: ${rounds.join(", ")}`).toBeLessThanOrEqual(PAINT_MS);
});

/** p75 of 20 presses, less what the machine adds to the same press on an empty page. */
async function measureRound(page: Page, shop: Shop): Promise<number> {
  const checkout = new CheckoutPage(page);
  const took: number[] = [];
  const empty: number[] = [];
  for (let press = 0; press < PRESSES; press += 1) {
    const { orderId } = await shop.order();
    await checkout.open(orderId);
    took.push(await pressAndMeasure(page, checkout.payButton));
    await checkout.ends("paid");
    await page.goto("about:blank"); // of no origin: the shop's content policy would refuse the handler
    await page.setContent(EMPTY_PAGE);
    empty.push(await pressAndMeasure(page, page.getByRole("button")));
  }
  return beyondMachine("press to paint", took, empty);
}

/** On the page's own clock, from the event's time stamp to the end of the frame that has the word in it. */
async function pressAndMeasure(page: Page, payButton: Locator): Promise<number> {
  await payButton.evaluate((button) => {
    window.paintedAfterMs = new Promise((resolve) => {
      button.addEventListener(
        "click",
        ({ timeStamp }) => {
          const look = () => {
            const shown = document.querySelector("main")?.dataset["state"] === "paying";
            if (!shown) return requestAnimationFrame(look);
            // A message is handled after the frame: by then it is painted.
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - timeStamp);
            return port2.postMessage(null);
          };
          requestAnimationFrame(look);
        },
        { once: true, capture: true },
      );
    });
  });
  await payButton.click();
  return page.evaluate(() => window.paintedAfterMs ?? Number.NaN);
}
