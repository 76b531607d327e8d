import { sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import type { Database } from "../../../db/client.ts";
import type { PaymentProvider } from "../../payments/provider.ts";
import { subAccount } from "../sub-account.ts";
import { atomicOnly } from "./atomic-only.ts";
import { both } from "./both.ts";
import { type EffectRun, type Variant, VARIANTS } from "./effect.ts";
import { idempotentOnly } from "./idempotent-only.ts";
import { neither } from "./neither.ts";

const KETTLE = { sku: "kettle", name: "Kettle", quantity: 1, unitAmount: 4_800 };
/** Short, so that the second attempt need not wait long for the dead one's lease; a call to the sandbox takes 10 ms. */
const LIMITS = { leaseMs: 1_500, waitMs: 4_000, recoverWithinMs: 60_000 };

const EFFECTS: Record<Variant, (run: EffectRun) => Promise<void>> = {
  neither,
  "atomic-only": atomicOnly,
  "idempotent-only": idempotentOnly,
  both,
};

/** Rows here and charges at the bank, at one moment. */
export interface Books {
  charges: number;
  payments: number;
  receipts: number;
}

/** The same effect, the same crash, the same second attempt. */
export interface VariantRun {
  variant: Variant;
  orderId: string;
  afterCrash: Books;
  afterRetry: Books;
}

class Died extends Error {}

export async function runVariants(given: {
  db: Database;
  payments: PaymentProvider;
  account: string;
}): Promise<VariantRun[]> {
  return await Promise.all(VARIANTS.map((variant) => runVariant(given, variant)));
}

async function runVariant(
  { db, payments, account }: { db: Database; payments: PaymentProvider; account: string },
  variant: Variant,
): Promise<VariantRun> {
  const orderId = uuidv7();
  const bankAccount = subAccount(account, variant);
  const common = { db, account, variant, orderId, key: uuidv7(), limits: LIMITS };
  const charge = async (providerKey: string) => {
    const request = { account: bankAccount, orderId, amount: KETTLE.unitAmount, currency: "EUR" };
    const told = await payments.charge(
      { ...request, paymentMethod: "pm_card_visa", lines: [KETTLE] },
      providerKey,
    );
    if (told.status === "declined") throw new Error("The bank declined the test card");
    return told.providerReference;
  };
  const books = async (): Promise<Books> => {
    const [row] = await db.execute(sql`
      select count(*) filter (where kind = 'payment')::integer as payments,
             count(*) filter (where kind = 'receipt')::integer as receipts
        from lab_effects where account = ${account} and order_id = ${orderId}::uuid and variant = ${variant}`);
    const statement = await payments.statement(bankAccount, orderId);
    return {
      charges: statement.filter(({ status }) => status === "succeeded").length,
      payments: Number(row?.["payments"]),
      receipts: Number(row?.["receipts"]),
    };
  };

  await dies(variant, (crash) => EFFECTS[variant]({ ...common, charge, crash }));
  const afterCrash = await books();
  await EFFECTS[variant]({ ...common, charge, crash: async () => {} });
  return { variant, orderId, afterCrash, afterRetry: await books() };
}

/** Runs an attempt that dies where it says so. A dead process cleans nothing up; Postgres rolls back what was open. */
async function dies(
  variant: Variant,
  attempt: (crash: () => Promise<void>) => Promise<void>,
): Promise<void> {
  let die = () => {};
  const death = new Promise<void>((resolve) => (die = resolve));
  const crash = async () => {
    die();
    // Held open, a transaction would keep its connection: its end by an error is what Postgres does for a dead client.
    if (variant === "both") await new Promise(() => {});
    throw new Died();
  };
  const ended = attempt(crash).catch((error: unknown) => {
    if (!(error instanceof Died) && !(causeOf(error) instanceof Died)) throw error;
  });
  await (variant === "both" ? Promise.race([ended, death]) : ended);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}
