import postgres from "postgres";
import { afterAll, beforeAll, vi } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../db/test-database.ts";
import { type Services, wire } from "../wiring.ts";
import { type PartnerProcess, startBankProcess, startSuppliersProcess } from "./partner-process.ts";
import { openWebhookDoor, type WebhookDoor } from "./webhook-door.ts";
import { expectReconciled } from "./expect-reconciled.ts";

export interface StackOptions {
  /** App instances, each with a pool of its own; they share Postgres and the bank and nothing else. */
  instances?: number;
  faults?: "on" | "off";
  /** "test": leases end within seconds. Its limits of a statement and a call are then short too, and a busy machine meets them. */
  timings?: "production" | "test";
  poolMax?: number;
  /** Warehouse, post and courier run too. */
  suppliers?: boolean;
  /** The bank tells the instances in turn what happened, over HTTP, signed. */
  webhooks?: boolean;
  /** Why the books may differ from the bank's when the tests are over: damage that was done on purpose. */
  leaves?: string;
  /** Another way to the database for the app, such as a proxy. */
  throughUrl?(appUrl: string): Promise<string>;
}

/** What runs in production, in this process but for Postgres and the bank, which are real and outside it. */
export interface Stack {
  /** The first instance. */
  readonly services: Services;
  readonly instances: readonly Services[];
  /** The owner's view of every table, the bank's included: the witness. */
  readonly sql: postgres.Sql;
  readonly database: TestDatabase;
  /** For another process that is to be an instance of this stack. */
  readonly environment: Record<string, string>;
  /** The bank's process; it may be ended, and started again on the same database. */
  readonly bank: PartnerProcess;
}

/** What signs the webhooks of stacks under test. */
export const WEBHOOK_SECRET = "whsec_that_only_tests_know";

/** Registers start and stop with vitest; the fields may be read inside tests only. */
export function stackUnderTest(options: StackOptions = {}): Stack {
  let database: TestDatabase | undefined;
  let bank: PartnerProcess | undefined;
  let suppliers: PartnerProcess | undefined;
  let door: WebhookDoor | undefined;
  let sql: postgres.Sql | undefined;
  let environment: Record<string, string> | undefined;
  const instances: Services[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    sql = postgres(database.adminUrl, { max: 4, fetch_types: false, onnotice: () => {} });
    if (options.webhooks) door = await openWebhookDoor(instances);
    const webhook = door && {
      BANK_WEBHOOK_URL: door.url,
      BANK_WEBHOOK_SECRET: WEBHOOK_SECRET,
    };
    [bank, suppliers] = await Promise.all([
      startBankProcess(database.bankUrl, webhook),
      options.suppliers ? startSuppliersProcess(database.suppliersUrl) : undefined,
    ]);
    const appUrl = (await options.throughUrl?.(database.appUrl)) ?? database.appUrl;
    environment = environmentOf(options, appUrl, bank.url, suppliers?.url);
    for (let at = 0; at < (options.instances ?? 1); at += 1) {
      instances.push(wireWith(environment, `instance-${at + 1}`));
    }
  });

  afterAll(async () => {
    // Whatever the tests were about: at the end no side of the books may know of money that the other does not.
    if (options.leaves === undefined)
      await lastCheck(started(database), started(environment), started(sql));
    await Promise.all([bank?.stop(), suppliers?.stop()]);
    await door?.close();
    await Promise.all(instances.flatMap(({ pool, aside }) => [pool.close(), aside.close()]));
    await sql?.end({ timeout: 1 });
    await database?.drop();
  }, 60_000);

  return {
    get services() {
      return started(instances[0]);
    },
    get instances() {
      return instances;
    },
    get sql() {
      return started(sql);
    },
    get database() {
      return started(database);
    },
    get environment() {
      return started(environment);
    },
    get bank() {
      return started(bank);
    },
  };
}

/** What the supervisor would give to an instance. */
function environmentOf(
  { faults = "on", timings = "production", poolMax = 10 }: StackOptions,
  databaseUrl: string,
  bankUrl: string,
  suppliersUrl: string | undefined,
): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    BANK_URL: bankUrl,
    ...(suppliersUrl !== undefined && { SUPPLIERS_URL: suppliersUrl }),
    SESSION_SECRET: "a-session-secret-that-only-tests-know",
    BANK_WEBHOOK_SECRET: WEBHOOK_SECRET,
    FAULTS: faults,
    TIMINGS: timings,
    POOL_MAX: String(poolMax),
    HOST: "127.0.0.1",
  };
}

/** With an instance and, where a test has ended the stack's, a bank of its own: past whatever the tests put in between. */
async function lastCheck(
  { appUrl, bankUrl }: TestDatabase,
  environment: Record<string, string>,
  sql: postgres.Sql,
): Promise<void> {
  const given = environment["BANK_URL"] ?? "";
  const answers = await fetch(given).then(Boolean, () => false);
  const bank = answers ? undefined : await startBankProcess(bankUrl);
  const last = wireWith(
    { ...environment, DATABASE_URL: appUrl, BANK_URL: bank?.url ?? given, FAULTS: "off" },
    "last-check",
  );
  await expectReconciled(last, sql).finally(async () => {
    await Promise.all([last.pool.close(), last.aside.close()]);
    await bank?.stop();
  });
}

/** The real composition root, under an environment that lasts as long as it is read. */
function wireWith(environment: Record<string, string>, name: string): Services {
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, value);
  try {
    return wire(name);
  } finally {
    vi.unstubAllEnvs();
  }
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("The stack runs inside tests only");
  return part;
}
