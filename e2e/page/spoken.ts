import { expect, type Page } from "@playwright/test";

interface Spoken {
  /** Keys and times vary, so they are patterns. A dot in a pattern stands for a colon, which would end its line. */
  outcome: string;
  /** What can be done. */
  can: ["button" | "link", name: string];
}

/** What a screen reader is given of a state's outcome, word by word (UX section 3); the words are the promise. */
export const SPOKEN: Record<string, Spoken> = {
  "a checkout before paying": {
    outcome: `
    - heading "Checkout" [level=1]
    - paragraph: "Press Pay as often as you like: one order is paid at most once."`,
    can: ["button", "Pay €48.00"],
  },
  "a checkout that asks again": {
    outcome: `
    - heading /No answer yet. asking again/ [level=1]
    - paragraph: /Same payment, same key …[0-9a-f]{4}\\. Asked \\d of 6 times\\./
    - status: /No answer yet. asking again\\. Same payment/`,
    can: ["button", "Ask now"],
  },
  "a checkout whose outcome is unknown": {
    outcome: `
    - heading "We don't know yet if you were charged" [level=1]
    - paragraph: /The answer never arrived\\. Don't start a new payment\\. Checking again is safe. it uses the same payment key …[0-9a-f]{4}\\./
    - paragraph: If you were charged, checking shows it. If you were not, it pays €48.00, once.
    - status: /We don't know yet if you were charged/`,
    can: ["button", "Check again"],
  },
  "a checkout that another client is paying": {
    outcome: `
    - heading "Already being paid" [level=1]
    - paragraph: This payment is running in another tab or request. Its answer will appear here.
    - status: /Already being paid/`,
    can: ["button", "Check now"],
  },
  "a declined checkout": {
    outcome: `
    - heading "Your bank said no" [level=1]
    - paragraph: There is not enough money on this card. You have not been charged. Choosing another method starts a new payment of the same order.
    - status: /Your bank said no/`,
    can: ["button", "Choose another method"],
  },
  "a paid checkout": {
    outcome: `
    - heading "Paid €48.00" [level=1]
    - paragraph
    - status: /Paid €48\\.00/`,
    can: ["link", "View receipt"],
  },
};

/** The words, and that what they offer can be pressed. */
export async function expectSpoken(page: Page, { outcome, can: [role, name] }: Spoken) {
  await expect(page.getByTestId("outcome")).toMatchAriaSnapshot(outcome);
  const offered = page.getByRole(role, { name, exact: true });
  await expect(offered).toBeVisible();
  if (role === "button") await expect(offered).toBeEnabled();
}
