import { sql } from "drizzle-orm";
import type postgres from "postgres";
import { v7 as uuidv7 } from "uuid";
import type { OpenDatabase } from "../../db/client.ts";
import {
  type Attempt,
  type Committed,
  type Limits,
  type Listener,
  type Recorded,
  runOnce,
  type Store,
} from "../idempotency/index.ts";
import { type Ask, CountingBank, type Receipt } from "./counting-bank.ts";

export interface IntentOptions {
  bank?: CountingBank;
  limits?: Partial<Limits>;
  /** Where the first send is marked: in the claim, as a payment does, or when its step begins. */
  marks?: "in the claim" | "at its step";
  account?: string;
  key?: string;
  orderId?: string;
}

export interface RunOptions {
  store?: Store;
  onEvent?: Listener;
  limits?: Partial<Limits>;
  onAbandon?: "complete" | "void";
  /** Another request under the same key. */
  input?: unknown;
  /** As a deploy says it that came meanwhile. */
  namespace?: string;
  handler?(attempt: Attempt, intent: Intent): Promise<Committed<Receipt>>;
}

/** The effect that every handler here writes with its answer. Made by the owner, in a clone. */
export async function createEffects(owner: postgres.Sql): Promise<void> {
  await owner.unsafe(`
    create table effects (account text not null, key uuid not null, order_id text not null, fence integer not null);
    grant select, insert on effects to payonce_app`);
}

export const LIMITS: Limits = { leaseMs: 400, waitMs: 200, recoverWithinMs: 3_600_000 };

/** One decision to pay one order, run through the package alone: no HTTP, no tRPC, a bank that counts. */
export class Intent {
  readonly account: string;
  readonly key: string;
  readonly orderId: string;
  readonly bank: CountingBank;
  readonly limits: Limits;
  readonly #store: Store;
  readonly #marks: IntentOptions["marks"];

  constructor(pool: OpenDatabase, options: IntentOptions = {}) {
    this.account = options.account ?? uuidv7();
    this.key = options.key ?? uuidv7();
    this.orderId = options.orderId ?? uuidv7();
    this.bank = options.bank ?? new CountingBank();
    this.limits = { ...LIMITS, ...options.limits };
    this.#store = pool.db;
    this.#marks = options.marks ?? "in the claim";
  }

  run({
    store = this.#store,
    onEvent,
    onAbandon,
    limits,
    input,
    namespace = "test",
    handler = charge,
  }: RunOptions = {}): Promise<Recorded> {
    const { account, key, orderId } = this;
    const request = JSON.stringify({ orderId } satisfies Ask);
    return runOnce<Receipt>({
      store,
      account,
      key,
      procedure: "test.charge",
      input: input ?? { orderId },
      namespace,
      limits: { ...this.limits, ...limits },
      admission: {
        select: sql`select ${orderId}::text as order_id, ${request}::text as request`,
        ...(this.#marks === "in the claim" && { step: "charge" }),
      },
      handler: (attempt) => handler(attempt, this),
      ...(onEvent && { onEvent }),
      ...(onAbandon && { onAbandon }),
    });
  }

  /** The step that asks the bank. */
  ask(attempt: Attempt): Promise<Receipt> {
    return attempt.step<Ask, Receipt>("charge", {
      request: () => ({ orderId: this.orderId }),
      send: (request, providerKey) => this.bank.send(attempt.fence, request, providerKey),
      lookUp: (_request, providerKey) => this.bank.lookUp(providerKey),
    });
  }
}

/** As a payment: asks, then commits the effect with the answer. */
export async function charge(attempt: Attempt, intent: Intent): Promise<Committed<Receipt>> {
  const receipt = await intent.ask(attempt);
  return await attempt.commit(receipt, {
    effects: [
      sql`insert into effects (account, key, order_id, fence) select account, key, order_id, fence from done`,
    ],
  });
}

export interface Row {
  state: string;
  fence: number;
  answer: string | null;
  effects: number;
  openSends: number[];
  leaseLeftMs: number;
}

/** What is written down about an intent; undefined when nothing is. */
export async function rowOf(
  owner: postgres.Sql,
  { account, key }: Pick<Intent, "account" | "key">,
): Promise<Row | undefined> {
  const [row] = await owner<Row[]>`
    select state, fence, answer,
           (select count(*)::integer from effects e where e.account = k.account and e.key = k.key) as effects,
           coalesce((select to_jsonb(open_sends) from idempotency_steps s where s.account = k.account and s.key = k.key and step = 'charge'), '[]') as "openSends",
           (extract(epoch from lease_until - clock_timestamp()) * 1000)::float8 as "leaseLeftMs"
      from idempotency_keys k where account = ${account} and key = ${key}`;
  return row && { ...row };
}

/** Every byte of it, to see that a late attempt wrote none. */
export async function writtenOf(
  owner: postgres.Sql,
  { account, key }: Pick<Intent, "account" | "key">,
): Promise<string> {
  const [row] = await owner<{ all: string }[]>`
    select (select jsonb_agg(to_jsonb(k)) from idempotency_keys k where account = ${account} and key = ${key})::text
        || coalesce((select jsonb_agg(to_jsonb(s)) from idempotency_steps s where account = ${account} and key = ${key}), '[]')::text
        || coalesce((select jsonb_agg(to_jsonb(e)) from effects e where account = ${account} and key = ${key}), '[]')::text as all`;
  return row?.all ?? "";
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const never: Promise<never> = new Promise(() => {});
