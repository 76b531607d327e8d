import { expect, test } from "../fixtures/test.ts";

test("two senders at once and a death before the mark are told apart, and only the check sends twice in the first", async ({
  page,
}) => {
  await page.goto("/patterns");
  const section = page.locator("#mark-as-sent");
  await section.getByRole("button").click();
  const atOnce = section.getByRole("region", { name: /^Two senders at once: / });
  await expect(atOnce).toHaveCount(2, { timeout: 30_000 });
  const mails = atOnce.getByRole("table", { name: "The mailbox" });
  await expect(mails.first().getByRole("row")).toHaveCount(1 + 1);
  await expect(mails.last().getByRole("row")).toHaveCount(1 + 2);
  const deaths = section.getByRole("region", { name: /^Dies between / });
  await expect(deaths.first()).toContainText("a real inbox may show both");
});

test("the paragraph on leases and fences has an address, and stands under the key", async ({
  page,
}) => {
  await page.goto("/patterns#fence");
  const fence = page.locator("#key").getByRole("region", { name: "Lease and fence" });
  await expect(fence).toBeInViewport();
  await expect(fence).toContainText("fence = $3");
});
