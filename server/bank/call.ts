import type { Telling } from "./announce.ts";
import type { Database } from "./database.ts";
import type { Form } from "./form.ts";

/** One request, read and authenticated. */
export interface Call {
  /** Who is asking: a digest of the secret key. Nothing is visible across merchants, keys included. */
  merchant: string;
  params: Form;
  /** The object named in the path, or "". */
  id: string;
  idempotencyKey: string | null;
  /** SHA-256 of method, path and parameters. */
  fingerprint: string;
  requestId: string;
  /** A fault: how long the bank is busy before it does the work, in milliseconds. */
  busyMs: number;
  /** How its events arrive; null without a webhook: they are recorded and told to nobody. */
  telling: Telling | null;
}

/** What goes out: for a key, the first time and every time. */
export interface Answer {
  status: number;
  body: string;
}

export interface Reply extends Answer {
  /** The request that did the work, where it was an earlier one. */
  replayOf: string | null;
}

/** What the endpoints share. */
export interface Bank {
  database: Database;
  /** Milliseconds that a key is remembered; 0 is the bank that forgets at once. */
  keyLifeMs: number;
  /** Merchant and key → fingerprint of the request at work in this process. */
  inFlight: Map<string, string>;
  /** Whether anybody is to be told what happens: a webhook address is set. */
  tells: boolean;
}

export const answer = (status: number, body: unknown): Answer => ({
  status,
  body: JSON.stringify(body),
});
