import { sql } from "drizzle-orm";
import { v5 as uuidv5 } from "uuid";
import type { Database } from "../../../db/client.ts";
import type { Limits } from "../../idempotency/index.ts";

export const VARIANTS = ["neither", "atomic-only", "idempotent-only", "both"] as const;
export type Variant = (typeof VARIANTS)[number];

/** One attempt at one effect: a charge at the bank and two rows here. The first attempt dies before the last row. */
export interface EffectRun {
  db: Database;
  account: string;
  variant: Variant;
  orderId: string;
  /** One for the decision to pay, the same in both attempts. */
  key: string;
  limits: Limits;
  /** Gives the bank's reference. */
  charge(providerKey: string): Promise<string>;
  /** Where the process dies, in the first attempt. */
  crash(): Promise<void>;
}

type Tx = Parameters<Parameters<Database["transaction"]>[0]>[0];

/** A row with an id of its own: written twice, it is there twice. */
export async function addRow(
  db: Database | Tx,
  run: EffectRun,
  kind: "payment" | "receipt",
  reference: string,
): Promise<void> {
  await db.execute(sql`
    insert into lab_effects (account, order_id, variant, effect_id, kind, provider_reference)
    values (${run.account}, ${run.orderId}::uuid, ${run.variant}, gen_random_uuid(), ${kind}, ${reference})`);
}

/** A row whose id follows from the key: written twice, it is there once. */
export async function putRow(
  db: Database,
  run: EffectRun,
  kind: "payment" | "receipt",
  reference: string,
): Promise<void> {
  await db.execute(sql`
    insert into lab_effects (account, order_id, variant, effect_id, kind, provider_reference)
    values (${run.account}, ${run.orderId}::uuid, ${run.variant}, ${uuidv5(kind, run.key)}::uuid, ${kind}, ${reference})
    on conflict do nothing`);
}
