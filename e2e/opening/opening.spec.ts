import type { BrowserContext } from "@playwright/test";
import postgres from "postgres";
import { adminUrl } from "../fixtures/stack.ts";
import type { Shop } from "../fixtures/shop.ts";
import { expect, test } from "../fixtures/test.ts";

interface PaymentCalls {
  naive: number;
  idempotent: number;
}

/** Counts the `fetch()` calls that carry a payment; what the browser sends again by itself is not among them. */
async function countFetches(context: BrowserContext): Promise<PaymentCalls> {
  const calls: PaymentCalls = { naive: 0, idempotent: 0 };
  await context.exposeBinding("noteCall", (_source, lane: keyof PaymentCalls) => {
    calls[lane] += 1;
  });
  await context.addInitScript(() => {
    const original = window.fetch;
    window.fetch = (input, init) => {
      if (String(input).endsWith("/lab.pay")) void window.noteCall?.("naive");
      if (String(input).endsWith("/checkout.pay")) void window.noteCall?.("idempotent");
      return original(input, init);
    };
  });
  return calls;
}

declare global {
  interface Window {
    noteCall?: (lane: "naive" | "idempotent") => Promise<void>;
  }
}

/** Captures of this order in the bank's journal, by the bank's account: the lane's is another one than the shop's. */
async function journalOf(shop: Shop, orderId: string): Promise<{ naive: number; own: number }> {
  const sql = postgres(String(adminUrl()), { max: 1, fetch_types: false });
  const rows = await sql<{ account: string }[]>`
    select account from bank.journal where order_id = ${orderId} and kind = 'charge.succeeded'`;
  await sql.end();
  const naive = rows.filter(({ account }) => account.endsWith("~naive")).length;
  return { naive, own: rows.length - naive };
}

test("one click on the opening scene: the naive shop charges each resend of the browser, this one charges once, and the screen says what the journal says", async ({
  page,
  context,
  shop,
  arrivals,
}) => {
  const calls = await countFetches(context);
  await page.goto("/");
  const pay = page.getByRole("button", { name: "Pay €48.00" });
  await expect(pay).not.toHaveAttribute("aria-disabled");
  await pay.click();
  await expect(page.locator("[data-stage=over]")).toBeVisible();

  const href = await page.getByRole("link", { name: /See this order/ }).getAttribute("href");
  const orderId = String(href?.split("/").at(-1));
  const journal = await journalOf(shop, orderId);
  const audit = await shop.api.lab.audit.query({ orderId });
  const naive = audit.find(({ lane }) => lane === "naive");
  const own = audit.find(({ lane }) => lane === "idempotent");

  // One click, one fetch(), and what the browser made of it.
  expect(calls.naive).toBe(1);
  expect(naive?.requests).toBeGreaterThanOrEqual(2);
  expect(journal.naive).toBe(naive?.requests);
  expect(journal.own).toBe(1);
  expect(own?.executions).toBe(1);
  const senders = (await arrivals.of(orderId, "naive")).map(({ sentBy }) => sentBy);
  expect(senders).toEqual(["you", ...Array(senders.length - 1).fill("browser")]);

  const card = (side: string) => page.locator(`[data-side=${side}]`);
  const money = (charges: number) => `€${(charges * 48).toFixed(2)}`;
  await expect(card("naive")).toContainText(
    `Charged ${journal.naive} times${money(journal.naive)}`,
  );
  await expect(card("naive").getByRole("listitem")).toHaveCount(naive?.requests ?? 0);
  await expect(card("idempotent")).toContainText("Charged once€48.00");
  await expect(card("idempotent").getByRole("listitem")).toHaveCount(own?.requests ?? 0);
  await expect(page.getByRole("heading", { level: 2 }).first()).toHaveText(
    `One press. Without a payment key it cost ${money(journal.naive)}, with one €48.00.`,
  );
  await expect(page.locator("main")).toContainText(
    `You clicked once. Your code called fetch once. The server received ${naive?.requests} requests. ` +
      `The card was charged ${journal.naive} times: ${money(journal.naive)}.`,
  );
  await expect(card("idempotent").getByRole("definition").nth(1)).toHaveText(
    String(calls.idempotent),
  );
});

test("a browser that resends nothing is told so, and the network delivers it twice instead", async ({
  page,
  shop,
}) => {
  // What such a browser does: each payment goes out on a connection of its own, so none is ever resent.
  await page.route(/\/(lab|checkout)\.pay$/, async (route) => {
    const response = await route.fetch().catch(() => null);
    await (response ? route.fulfill({ response }) : route.abort("connectionreset"));
  });
  await page.goto("/");
  const pay = page.getByRole("button", { name: "Pay €48.00" });
  await expect(pay).not.toHaveAttribute("aria-disabled");
  await pay.click();
  await expect(page.locator("[data-stage=over]")).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText("did not send it again by itself")).toBeVisible();
  await expect(page.getByRole("heading", { name: /^This time nothing came twice/ })).toBeVisible();

  await page.getByRole("button", { name: "Deliver it twice instead" }).click();
  await expect(page.locator("[data-side=naive]")).toContainText("Charged twice€96.00");
  await expect(page.locator("[data-side=idempotent]")).toContainText("Charged once€48.00");
  await expect(page.locator("[data-side=naive]").getByText("A fault")).toBeVisible();
  const href = await page.getByRole("link", { name: /See this order/ }).getAttribute("href");
  const journal = await journalOf(shop, String(href?.split("/").at(-1)));
  expect(journal).toEqual({ naive: 2, own: 1 });
});

test("impatient clicks on the opening scene are counted and start nothing", async ({
  page,
  context,
}) => {
  const calls = await countFetches(context);
  await page.goto("/");
  const pay = page.getByRole("button", { name: "Pay €48.00" });
  await expect(pay).not.toHaveAttribute("aria-disabled");
  await pay.click({ clickCount: 3, delay: 5 });
  await expect(page.locator("[data-stage=over]")).toBeVisible();
  expect(calls.naive).toBe(1);
  await expect(
    page.getByText(/^You clicked 3 times\. Your code called fetch once\./),
  ).toBeVisible();
});
