import type { Shopper } from "./shopper.ts";

/** One order of the storm, with its one key. */
export interface StormOrder {
  n: number;
  shopper: Shopper;
  orderId: string;
  key: string;
  plan: string;
  total: unknown;
}
