import type postgres from "postgres";
import type { Database } from "../../db/client.ts";
import type { Attempt, Committed, Recorded, runOnce } from "../../server/idempotency/index.ts";
import type { Receipt } from "./bank.ts";
import type { Task } from "./task.ts";

export interface Answer {
  status: Receipt["status"];
  account: string;
  amount: number;
  reference: string;
}

/**
 * One defence taken out. Every field replaces a piece of the sound build, in tests only; what is left out stays sound.
 */
export interface Variant {
  /** A statement on its way to Postgres; undefined leaves it as it is. */
  rewrite?(text: string): string | undefined;
  /** Around the whole store of one attempt. */
  store?(store: Database, task: Task): Database;
  handler?(attempt: Attempt, task: Task): Promise<Committed<Answer>>;
  run?(run: Parameters<typeof runOnce<Answer>>[0], task: Task): Promise<Recorded>;
  /** A key of its own for each time of asking. */
  keyOf?(key: string, who: string): string;
  providerKeyOf?(providerKey: string, attempt: Attempt): string;
  horizonMs?: number;
  /** In the clone, before anything runs. */
  prepare?(owner: postgres.Sql): Promise<unknown>;
}

export const SOUND: Variant = {};
