import postgres from "postgres";
import Stripe from "stripe";
import { afterAll, beforeAll } from "vitest";
import { createTestDatabase } from "../../db/test-database.ts";
import { startBank, type BankOptions, type RunningBank } from "./bank.ts";

type TestDatabase = Awaited<ReturnType<typeof createTestDatabase>>;

/** A bank of this test file alone, on a database of its own, asked through the official package. */
export interface BankUnderTest {
  readonly url: string;
  readonly databaseUrl: string;
  readonly stripe: Stripe;
  /** The owner's view of the tables, for what HTTP does not show: the journal. */
  readonly sql: postgres.Sql;
  /** Another bank on the same database; closed with the rest. */
  another(options?: Partial<BankOptions>): Promise<RunningBank>;
}

/** Registers start and stop with vitest; the fields may be read inside tests only. */
export function bankUnderTest(options: Partial<BankOptions> = {}): BankUnderTest {
  let database: TestDatabase;
  let sql: postgres.Sql;
  let stripe: Stripe;
  const banks: RunningBank[] = [];

  async function another(more: Partial<BankOptions> = {}): Promise<RunningBank> {
    const bank = await startBank({
      databaseUrl: database.bankUrl,
      host: "127.0.0.1",
      port: 0,
      faults: true,
      ...options,
      ...more,
    });
    banks.push(bank);
    return bank;
  }

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = postgres(database.adminUrl, { max: 3, fetch_types: false, onnotice: () => {} });
    stripe = stripeAt((await another()).url);
  });

  afterAll(async () => {
    await Promise.all(banks.map((bank) => bank.close()));
    await sql?.end({ timeout: 1 });
    await database?.drop();
  });

  return {
    get url() {
      return banks[0]?.url ?? "";
    },
    get databaseUrl() {
      return database.bankUrl;
    },
    get stripe() {
      return stripe;
    },
    get sql() {
      return sql;
    },
    another,
  };
}

/** The official package, pointed at a bank; one try a call, so that a test sees what was answered. */
export function stripeAt(url: string, secretKey = "sk_test_payonce", timeout = 5_000): Stripe {
  const { hostname, port } = new URL(url);
  return new Stripe(secretKey, {
    host: hostname,
    port,
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
    timeout,
  });
}

/** A confirmed payment of €9.99 for one order, in the shape in which PayOnce asks for it. */
export function payment(orderId: string, changes: Partial<Stripe.PaymentIntentCreateParams> = {}) {
  return {
    amount: 999,
    currency: "eur",
    payment_method: "pm_card_visa",
    allowed_payment_method_types: ["card"],
    confirm: true,
    transfer_group: `account-of-${orderId}`,
    metadata: { account: `account-of-${orderId}`, orderId, reference: `ref-${orderId}` },
    ...changes,
  } satisfies Stripe.PaymentIntentCreateParams;
}

/** The journal's rows of one order, oldest first. */
export function journalOf(sql: postgres.Sql, orderId: string) {
  return sql<
    { kind: string; amount: number; object_id: string; account: string; reference: string }[]
  >`
    select kind, amount, object_id, account, reference from bank.journal where order_id = ${orderId} order by id`;
}

/** The error of a call that must fail, as the package shows it to the adapter. */
export async function failureOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error("the call was answered with a success");
}
