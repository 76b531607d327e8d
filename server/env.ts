import { z } from "zod";
import { isLoopback } from "./is-loopback.ts";
import type { Secrets } from "./session/seal.ts";

/** Milliseconds of everything that has a limit; what must hold between them is asserted below. */
export interface Timings {
  lockMs: number;
  statementMs: number;
  socketMs: number;
  idleInTransactionMs: number;
  providerMs: number;
  leaseMs: number;
  httpMs: number;
  waitMs: number;
  completerMs: number;
  /** L1: every intent is final by then. What is older and differs from the bank's books is an alarm. */
  finalMs: number;
  reconcilerMs: number;
  /** One look for jobs that nobody was told of; NOTIFY is quicker, and may be lost. */
  jobsMs: number;
  /** One delivery of a mail, from connecting to the server's last word. */
  mailMs: number;
}

const TIMINGS: Record<"production" | "test", Timings> = {
  production: {
    lockMs: 1_000,
    statementMs: 1_500,
    socketMs: 2_500,
    idleInTransactionMs: 5_000,
    providerMs: 4_000,
    leaseMs: 6_000,
    httpMs: 10_000,
    waitMs: 2_000,
    completerMs: 1_000,
    reconcilerMs: 60_000,
    finalMs: 15_000,
    jobsMs: 1_000,
    mailMs: 8_000,
  },
  test: {
    lockMs: 400,
    statementMs: 600,
    socketMs: 900,
    idleInTransactionMs: 1_300,
    providerMs: 800,
    leaseMs: 1_500,
    httpMs: 4_000,
    waitMs: 1_000,
    completerMs: 200,
    reconcilerMs: 1_000,
    finalMs: 5_000,
    jobsMs: 200,
    mailMs: 1_500,
  },
};

const HOUR_MS = 3_600_000;
/** Stripe forgets a key after 24 h, and the sandbox bank too. */
const PROVIDER_KEY_LIFE_MS = 24 * HOUR_MS;
export const RECOVER_WITHIN_MS = 20 * HOUR_MS;

const sessionSecret = z.string().min(32, "each secret has at least 32 characters");
const shared = z.object({
  DATABASE_URL: z.string().min(1),
  BANK_URL: z.url().optional(),
  SUPPLIERS_URL: z.url().optional(),
  AGENT_MODEL_URL: z.url().optional(),
  AGENT_MODEL: z.string().min(1).max(200).optional(),
  AGENT_MODEL_KEY: z.string().min(1).max(400).optional(),
  AGENT_MODEL_MS: z.coerce.number().int().min(500).max(60_000).default(20_000),
  STRIPE_SECRET_KEY: z.string().startsWith("sk_test_").optional(),
  // Several while they are being changed, since a cookie that an instance cannot read is no account to it: first "old,new"
  // everywhere, then "new,old", which gives each cookie again, then "new".
  SESSION_SECRET: z
    .string()
    .transform((list) => list.split(",").map((secret) => secret.trim()))
    .pipe(z.tuple([sessionSecret], sessionSecret)),
  // Set and empty is refused: everybody can sign with an empty secret. Several while they are being changed.
  BANK_WEBHOOK_SECRET: z
    .string()
    .transform((list) => list.split(",").map((secret) => secret.trim()))
    .pipe(z.array(z.string().min(16, "each secret has at least 16 characters")))
    .optional(),
  FAULTS: z.enum(["on", "off", "i-know"]).default("off"),
  TIMINGS: z.enum(["production", "test"]).default("production"),
  HOST: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3_000),
  POOL_MAX: z.coerce.number().int().min(2).max(200).default(10),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  MAIL_FROM: z.email().default("receipts@payonce.example"),
  DATABASE_PREPARE: z.enum(["true", "false"]).default("true"),
  NODE_ENV: z.enum(["production", "development", "test"]).default("development"),
});

/** An OpenAI-compatible endpoint. */
export interface ModelAddress {
  /** Up to and without `/chat/completions`, as in `http://127.0.0.1:11434/v1`. */
  url: string;
  model: string;
  apiKey: string | undefined;
  /** How long one answer may take. */
  timeoutMs: number;
}

export interface Env {
  databaseUrl: string;
  /** The sandbox bank; undefined means real Stripe in test mode. */
  bankUrl: string | undefined;
  stripeSecretKey: string;
  /** Warehouse, post and courier; undefined: none of them can be reached. */
  suppliersUrl: string | undefined;
  /** Who plans for the agent; undefined: the rules in `server/agent/plan-by-rules.ts`. */
  model: ModelAddress | undefined;
  sessionSecrets: Secrets;
  /** Any of them may have signed a webhook; undefined: this shop takes none. */
  webhookSecrets: readonly string[] | undefined;
  faults: boolean;
  /** Also for whoever reaches this server by another name than loopback's. */
  faultsAnywhere: boolean;
  timings: Timings;
  poolMax: number;
  port: number;
  prepare: boolean;
  /** Undefined: the worker's own inbox, whose mails the pages show. */
  smtpUrl: string | undefined;
  /** The shop's own address; receipts of orders without an email go there. */
  mailFrom: string;
}

function app(): Env {
  const given = parse(shared);
  const { HOST: host = "" } = given;
  if (given.FAULTS === "on" && given.NODE_ENV !== "development" && !isLoopback(host)) {
    throw new Error(
      `FAULTS=on is refused on ${given.HOST ?? "an address that HOST does not name"}: anybody could break payments from outside. ` +
        "Set FAULTS=off, or FAULTS=i-know for a classroom.",
    );
  }
  if (given.BANK_URL === undefined && given.STRIPE_SECRET_KEY === undefined) {
    throw new Error("Set BANK_URL (the sandbox bank) or STRIPE_SECRET_KEY (Stripe in test mode).");
  }
  const timings = TIMINGS[given.TIMINGS];
  assertTimings(timings);
  return {
    databaseUrl: given.DATABASE_URL,
    bankUrl: given.BANK_URL,
    stripeSecretKey: given.STRIPE_SECRET_KEY ?? "sk_test_payonce",
    suppliersUrl: given.SUPPLIERS_URL,
    model: modelOf(given),
    sessionSecrets: given.SESSION_SECRET,
    webhookSecrets: given.BANK_WEBHOOK_SECRET,
    faults: given.FAULTS !== "off",
    faultsAnywhere: given.FAULTS === "i-know",
    timings,
    poolMax: given.POOL_MAX,
    port: given.PORT,
    prepare: given.DATABASE_PREPARE === "true",
    smtpUrl: given.SMTP_URL,
    mailFrom: given.MAIL_FROM,
  };
}

function modelOf(given: z.output<typeof shared>): ModelAddress | undefined {
  const { AGENT_MODEL_URL: url, AGENT_MODEL: model } = given;
  if (url === undefined && model === undefined) return undefined;
  if (url === undefined || model === undefined) {
    throw new Error("AGENT_MODEL_URL and AGENT_MODEL go together: set both, or neither.");
  }
  return { url, model, apiKey: given.AGENT_MODEL_KEY, timeoutMs: given.AGENT_MODEL_MS };
}

/** A limit that is longer than the one around it is never met, and then the lease is the first to end. */
function assertTimings(t: Timings): void {
  const inOrder = [t.lockMs, t.statementMs, t.socketMs, t.leaseMs, t.httpMs];
  const rising = inOrder.every((ms, at) => at === 0 || ms > (inOrder[at - 1] ?? 0));
  if (!rising || t.providerMs + t.statementMs >= t.leaseMs || t.idleInTransactionMs > t.leaseMs) {
    throw new Error(
      "Timings: lock < statement < socket < lease < http, provider + statement < lease, idle <= lease.",
    );
  }
  if (RECOVER_WITHIN_MS >= PROVIDER_KEY_LIFE_MS) {
    throw new Error("The recovery horizon must be shorter than the provider remembers its keys.");
  }
}

function parse<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
): z.output<z.ZodObject<Shape>> {
  const result = schema.safeParse(process.env);
  if (result.success) return result.data;
  const wrong = result.error.issues
    .map((issue) => `${issue.path.join(".")}: ${issue.message}`)
    .join("; ");
  // Names and rules only: a value may be a secret.
  throw new Error(`The environment is not complete: ${wrong}. \`npm run demo\` sets all of it.`);
}

/** The only reader of `process.env` in the application. */
export const env = {
  app,
  /** The dev server's error overlay needs looser rules than a page that people pay on. */
  development: () => process.env.NODE_ENV === "development",
  migration() {
    const given = parse(
      z.object({
        DATABASE_ADMIN_URL: z.string().min(1),
        DATABASE_URL: z.string().min(1),
        BANK_DATABASE_URL: z.string().min(1),
        SUPPLIERS_DATABASE_URL: z.string().min(1),
      }),
    );
    return {
      adminUrl: given.DATABASE_ADMIN_URL,
      appUrl: given.DATABASE_URL,
      bankUrl: given.BANK_DATABASE_URL,
      suppliersUrl: given.SUPPLIERS_DATABASE_URL,
    };
  },
};
