import type { Page } from "@playwright/test";
import { CheckoutPage } from "../fixtures/checkout-page.ts";
import { expect, test } from "../fixtures/test.ts";

const PRESSES = 20;
/** UX section 17: p75 of 20 presses. */
const PAINT_MS = 60;

declare global {
  interface Window {
    paintedAfterMs?: Promise<number>;
  }
}

test.describe.configure({ timeout: 180_000 });

test(`from the press of Pay to the painted "Paying…" it takes at most ${PAINT_MS} ms in three of four cases`, async ({
  page,
  shop,
}) => {
  const checkout = new CheckoutPage(page);
  const took: number[] = [];
  for (let press = 0; press < PRESSES; press += 1) {
    const { orderId } = await shop.order();
    await checkout.open(orderId);
    took.push(await pressAndMeasure(page, checkout));
    await checkout.ends("paid");
  }
  took.sort((a, b) => a - b);
  console.log(`press to paint, ms: ${took.map((ms) => ms.toFixed(0)).join(" ")}`);
  expect(took[Math.ceil(PRESSES * 0.75) - 1], took.join(" ")).toBeLessThanOrEqual(PAINT_MS);
});

/** On the page's own clock, from the event's time stamp to the end of the frame that has the word in it. */
async function pressAndMeasure(page: Page, { payButton }: CheckoutPage): Promise<number> {
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
