import { expect, test } from "vitest";
import { stripeProvider } from "./stripe.ts";

/** A provider of which only the list of charges is asked: it gives one charge a page, and always says that there is more. */
let pages = 0;
const charges = async () => {
  pages += 1;
  const charge = {
    id: `ch_${pages}`,
    object: "charge",
    status: "succeeded",
    amount: 1_998,
    currency: "eur",
    created: 1_764_000_000,
    metadata: { reference: pages === 2 ? "wanted" : "another" },
  };
  const list = { object: "list", has_more: pages < 50, data: [charge] };
  return Response.json(list);
};
const provider = stripeProvider({ secretKey: "sk_test_pages", timeoutMs: 1_000, fetch: charges });
const request = {
  account: "buyer",
  orderId: "order",
  chargeId: "charge",
  amount: 1_998,
  lines: [],
  currency: "EUR" as const,
  paymentMethod: "pm_card_visa",
};

test("a charge that is looked for is asked for until it is found, and no further: a buyer of many charges waits no longer than one of few", async () => {
  const found = await provider.findCharge(request, "wanted");
  expect(found).toMatchObject({ status: "captured" });
  expect(pages).toBe(2);
});
