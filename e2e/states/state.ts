import type { Page } from "@playwright/test";
import type { Bank } from "../fixtures/bank.ts";
import type { CheckoutPage } from "../fixtures/checkout-page.ts";
import type { FlakyNetwork } from "../fixtures/network.ts";
import type { Shop } from "../fixtures/shop.ts";

export interface StateKit {
  page: Page;
  shop: Shop;
  bank: Bank;
  network: FlakyNetwork;
  checkout: CheckoutPage;
}

/** One thing a page can look like, and how to get there. */
export interface PageState {
  /** As in "a declined checkout": the subject of a test's name, and of a picture's file. */
  name: string;
  /** The value of `main[data-state]` while it is looked at; undefined where the page has none. */
  screen?: string;
  /** Passes by itself: it is photographed, and the slower checks leave it alone. */
  brief?: boolean;
  bring(kit: StateKit): Promise<void>;
}
