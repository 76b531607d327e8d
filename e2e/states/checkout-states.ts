import { v7 } from "uuid";
import type { PageState, StateKit } from "./state.ts";
import { plantRecord } from "./plant-record.ts";
import { waitForIntent } from "./wait-for-intent.ts";

const PAY = "**/api/trpc/checkout.pay";
const DAY_MS = 24 * 3_600_000;

/** Arms `plan`, opens a new order, presses Pay with this method, and waits for the screen. */
async function payThrough(
  { page, shop, checkout }: StateKit,
  screen: string,
  plan = "",
  method = "pm_card_visa",
): Promise<void> {
  const { orderId } = await shop.order();
  await shop.arm(plan);
  await checkout.open(orderId);
  await page.getByRole("radio", { name: new RegExp(`${method}$`) }).check();
  await checkout.pay();
  await checkout.ends(screen);
}

/** What the buyer's request looks like by the time the server reads it; the refusal is the server's own. */
async function alterRequest(kit: StateKit, headers: Record<string, string>, screen: string) {
  await kit.page.route(PAY, async (route) => {
    // Past the browser, which guards some of these headers.
    const response = await route.fetch({ headers: { ...route.request().headers(), ...headers } });
    await route.fulfill({ response });
  });
  await payThrough(kit, screen);
}

/** Every value of `data-state` that a buyer can meet (UX section 3), by faults, not by pretending. */
export const CHECKOUT_STATES: PageState[] = [
  {
    name: "a checkout before paying",
    screen: "idle",
    bring: async ({ shop, checkout }) => checkout.open((await shop.order()).orderId),
  },
  {
    name: "a checkout without an order",
    screen: "empty",
    bring: async ({ checkout }) => checkout.visit(v7()),
  },
  {
    name: "a checkout that is paying",
    screen: "paying",
    brief: true,
    bring: (kit) => payThrough(kit, "paying", "delay-response=9000@1"),
  },
  {
    name: "a checkout whose bank is slow",
    screen: "slow",
    brief: true,
    bring: (kit) => payThrough(kit, "slow", "delay-response=11000@1"),
  },
  {
    // The first send is told "released"; all later ones hear nothing within their deadline of 12 s.
    name: "a checkout that asks again",
    screen: "retrying",
    bring: (kit) => payThrough(kit, "retrying", "provider-error@1,delay-response=14000@2+3+4+5+6"),
  },
  {
    name: "a checkout that another client is paying",
    screen: "joined",
    bring: async ({ shop, checkout }) => {
      const { orderId, total } = await shop.order();
      await checkout.open(orderId);
      const plan = "stall-after-claim=20000@1";
      const other = shop.pay({ orderId, idempotencyKey: v7(), amount: total, plan });
      other.catch(() => undefined); // past its patience: the page is what is looked at
      await waitForIntent(shop, orderId);
      await checkout.pay();
      await checkout.ends("joined");
    },
  },
  {
    name: "a checkout whose outcome is unknown",
    screen: "unknown",
    bring: async ({ shop, network, checkout }) => {
      const { orderId } = await shop.order();
      await network.goOfflineInFlight(orderId);
      await checkout.open(orderId);
      await checkout.pay();
      await checkout.ends("unknown");
    },
  },
  { name: "a paid checkout", screen: "paid", bring: (kit) => payThrough(kit, "paid") },
  {
    name: "a checkout paid by the saved answer",
    screen: "paid-replayed",
    bring: (kit) => payThrough(kit, "paid-replayed", "lose-response@1"),
  },
  {
    name: "a checkout of an order that is paid already",
    screen: "already-paid",
    bring: async ({ shop, checkout }) => {
      const { orderId, total } = await shop.order();
      await shop.payUntilAnswered({ orderId, idempotencyKey: v7(), amount: total });
      await checkout.visit(orderId);
      await checkout.ends("already-paid");
    },
  },
  {
    name: "a declined checkout",
    screen: "declined",
    bring: (kit) => payThrough(kit, "declined", "", "pm_card_chargeDeclinedInsufficientFunds"),
  },
  {
    // The last of six sends: five waits of up to 8 s lie before it.
    name: "a checkout that could not start",
    screen: "not-charged",
    brief: true,
    bring: async (kit) => {
      await payThrough(kit, "retrying", "provider-unreachable");
      for (let asked = 1; asked <= 6; asked += 1) {
        const askNow = kit.page.getByRole("button", { name: "Ask now" });
        await askNow.click({ timeout: 9_000 }).catch(() => undefined);
      }
      await kit.checkout.ends("not-charged");
    },
  },
  {
    name: "a checkout whose price has changed",
    screen: "price-changed",
    bring: async ({ shop, checkout }) => {
      const { orderId } = await shop.order("mug", 1);
      await checkout.open(orderId);
      await shop.api.orders.save.mutate({ orderId, items: [{ sku: "mug", quantity: 2 }] });
      await checkout.pay();
      await checkout.ends("price-changed");
    },
  },
  {
    name: "a checkout whose key was used for something else",
    screen: "key-reused",
    bring: async (kit) => {
      const { shop, checkout } = kit;
      const [used, order] = [await shop.order("tea"), await shop.order()];
      const idempotencyKey = v7();
      await shop.payUntilAnswered({ ...used, idempotencyKey, amount: used.total });
      await plantRecord(kit, order, { idempotencyKey, state: "new" });
      await checkout.pay();
      await checkout.ends("key-reused");
    },
  },
  {
    name: "a checkout whose key is too old",
    screen: "key-expired",
    bring: async (kit) => {
      const order = await kit.shop.order();
      const born = Date.now() - 500 * DAY_MS;
      await plantRecord(kit, order, { idempotencyKey: v7({ msecs: born }), state: "new" });
      await kit.checkout.pay();
      await kit.checkout.ends("key-expired");
    },
  },
  {
    name: "a checkout that was left unfinished for a day",
    screen: "stale",
    bring: async (kit) => {
      const sentAt = new Date(Date.now() - DAY_MS).toISOString();
      const order = await kit.shop.order();
      await plantRecord(kit, order, { idempotencyKey: v7(), state: "sent", sentAt });
      await kit.checkout.ends("stale");
    },
  },
  {
    name: "a checkout whose session ended",
    screen: "signed-out",
    bring: (kit) => alterRequest(kit, { "sec-fetch-site": "cross-site" }, "signed-out"),
  },
  {
    name: "a checkout in doubt in a browser that is another account now",
    screen: "elsewhere",
    bring: async ({ page, shop, checkout }) => {
      await checkout.open((await shop.order()).orderId);
      // What it would hear of its order is the end of the doubt.
      await page.route("**/api/trpc/orders.get*", (route) => route.abort());
      await page.route(
        PAY,
        async (route) => {
          await route.fetch();
          await page.context().clearCookies();
          await route.abort();
        },
        { times: 1 },
      );
      await checkout.pay();
      await checkout.ends("elsewhere");
    },
  },
  {
    name: "a checkout whose request was refused",
    screen: "broken",
    bring: (kit) => alterRequest(kit, { "idempotency-key": "not-a-key" }, "broken"),
  },
  {
    name: "a checkout pressed offline",
    screen: "offline",
    bring: async ({ page, shop, checkout }) => {
      await checkout.open((await shop.order()).orderId);
      await page.context().setOffline(true);
      await checkout.pay();
      await checkout.ends("offline");
    },
  },
];
