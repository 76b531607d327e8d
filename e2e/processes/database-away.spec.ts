import postgres from "postgres";
import { adminUrl, runningProcesses } from "../fixtures/stack.ts";
import { expect, test } from "../fixtures/test.ts";

const TRACE = /trace [0-9a-f]{32}/;

test("a page whose rows are locked shows its skeleton, then says what happened with a trace id, and later itself", async ({
  page,
  shop,
}) => {
  const { orderId } = await shop.order();
  const sql = postgres(String(adminUrl()), { max: 1, fetch_types: false });
  try {
    await sql.begin(async (tx) => {
      await tx`lock table orders in access exclusive mode`;
      await page.goto(`/receipt/${orderId}`, { waitUntil: "commit" });
      await expect(page.locator("main[aria-busy=true]")).toContainText("Loading: the receipt");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(
        "This page could not be shown",
      );
    });
  } finally {
    await sql.end({ timeout: 1 });
  }
  await expect(page.getByRole("main")).toContainText("Code INTERNAL_SERVER_ERROR");
  await expect(page.getByRole("main")).toContainText(TRACE);
  await page.getByRole("button", { name: "Show it again" }).click();
  await expect(page.getByRole("heading", { name: "Not paid yet" })).toBeVisible();
});

test("without Postgres a page names where it should be, and that no payment is affected", async ({
  page,
  shop,
  processes,
  checkout,
}) => {
  test.skip(Boolean(process.env.DATABASE_URL), "a PostgreSQL of the caller's is not ours to kill");
  // Another spec may have killed it just now.
  await expect.poll(() => Object.keys(runningProcesses())).toContain("postgres");
  const { orderId } = await shop.order();
  const { port } = runningProcesses().postgres ?? {};
  const pid = processes.kill("postgres");
  await page.goto(`/checkout/${orderId}`);
  const main = page.getByRole("main");
  await expect(main).toContainText(`Postgres isn't reachable at 127.0.0.1:${port}.`);
  await expect(main).toContainText("asking again cannot charge twice");
  await expect(main).toContainText("Code STORE_UNAVAILABLE");
  await expect(main).toContainText(TRACE);
  await processes.healed("postgres", pid);
  await page.getByRole("button", { name: "Show it again" }).click();
  await expect(checkout.payButton).not.toHaveAttribute("aria-disabled");
});
