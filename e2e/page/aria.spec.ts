import { expect, test } from "../fixtures/test.ts";
import { CHECKOUT_STATES } from "../states/checkout-states.ts";

test.use({ contextOptions: { reducedMotion: "reduce" } });

/**
 * What a screen reader is given of the outcome, word by word (UX section 3). Keys and times vary, so they are
 * patterns; the rest is the promise. A dot in a pattern stands for a colon, which would end its line.
 */
const SPOKEN: Record<string, string> = {
  idle: `
    - heading "Checkout" [level=1]
    - paragraph: "Press Pay as often as you like: one order is paid at most once."`,
  retrying: `
    - heading /No answer yet. asking again/ [level=1]
    - paragraph: /Same payment, same key …[0-9a-f]{4}\\. Asked \\d of 6 times\\./
    - status: /No answer yet. asking again\\. Same payment/`,
  unknown: `
    - heading "We don't know yet if you were charged" [level=1]
    - paragraph: /The answer never arrived\\. Don't start a new payment\\. Checking again is safe. it uses the same payment key …[0-9a-f]{4}\\./
    - paragraph: If you were charged, checking shows it. If you were not, it pays €48.00, once.
    - status: /We don't know yet if you were charged/`,
  joined: `
    - heading "Already being paid" [level=1]
    - paragraph: This payment is running in another tab or request. Its answer will appear here.
    - status: /Already being paid/`,
  declined: `
    - heading "Your bank said no" [level=1]
    - paragraph: There is not enough money on this card. You have not been charged. Choosing another method starts a new payment of the same order.
    - status: /Your bank said no/`,
  paid: `
    - heading "Paid €48.00" [level=1]
    - paragraph
    - status: /Paid €48\\.00/`,
};

const BUTTONS: Record<string, string> = {
  idle: "Pay €48.00",
  retrying: "Ask now",
  unknown: "Check again",
  joined: "Check now",
  declined: "Choose another method",
};

for (const [screen, spoken] of Object.entries(SPOKEN)) {
  const state = CHECKOUT_STATES.find((one) => one.screen === screen);
  test(`a screen reader hears what ${state?.name} says, and what can be done`, async ({
    page,
    shop,
    bank,
    network,
    checkout,
  }) => {
    await state?.bring({ page, shop, bank, network, checkout });
    await expect(page.getByTestId("outcome")).toMatchAriaSnapshot(spoken);
    const name = BUTTONS[screen];
    if (name) await expect(page.getByRole("button", { name, exact: true })).toBeEnabled();
    else await expect(page.getByRole("link", { name: "View receipt" })).toBeVisible();
  });
}
