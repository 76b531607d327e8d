import { z } from "zod";
import { BadPlan, parsePlan } from "../faults/plan.ts";

/** Everything at random, as it comes: the plan of the preset "perfect storm", for what a payment itself meets. */
const PERFECT_STORM =
  "lose-response@%30#7,deliver-twice@%20#7,crash-after-provider@%20#7,provider-timeout@%10#7";

const plan = z
  .string()
  .max(2_048)
  .superRefine((text, check) => {
    try {
      parsePlan(text);
    } catch (error) {
      if (!(error instanceof BadPlan)) throw error;
      check.addIssue(error.message);
    }
  });

/** What a storm is made of; bounded in count, and by `STORM_MS_MAX` in time. */
export const stormSettings = z.strictObject({
  orders: z.number().int().min(1).max(2_000).default(200),
  /** How often each order's payment is sent, always with one key. */
  deliveries: z.number().int().min(1).max(10).default(5),
  /** Requests under way at once. */
  concurrency: z.number().int().min(1).max(50).default(20),
  plan: plan.default(PERFECT_STORM),
  /** Draws what the plan leaves to chance, and when each delivery starts. */
  seed: z.number().int().min(0).max(999_999).default(7),
  /** `idempotent` is the shop's own `checkout.pay`; anything else is a lane of the lab. */
  lane: z
    .string()
    .regex(/^[a-z-]{1,40}$/)
    .default("idempotent"),
});
export type StormSettings = z.output<typeof stormSettings>;

export const STORM_MS_MAX = 180_000;

/** The command that does the same again. */
export function commandOf(settings: StormSettings): string {
  const { orders, deliveries, concurrency, plan: text, seed, lane } = settings;
  return (
    `npm run storm -- --seed ${seed} --orders ${orders} --deliveries ${deliveries} ` +
    `--concurrency ${concurrency} --lane ${lane} --plan '${text}'`
  );
}
