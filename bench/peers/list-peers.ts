import type { OpenPeer } from "./peer.ts";

export interface PeerEntry {
  name: string;
  /** In this folder; exports `open`. */
  file: string;
  /** With its exact version, as bench/peers/package.json has it. */
  packages: string[];
  madeFor: string;
  /** How it was set up, where a choice had to be made. */
  setUp: string;
  /** Where the caller's code can stand, in this order. */
  points: string[];
  needsRedis?: boolean;
  /** Why it cannot be run at all. */
  missing?: string;
  ours?: boolean;
}

const AUTOCOMMIT = ["before the insert", "after the insert"];

export const PEERS: PeerEntry[] = [
  {
    name: "PayOnce, recordOnce with statements",
    file: "ours/record-statements.ts",
    packages: [],
    madeFor: "effects that are rows of one Postgres",
    setUp: "key, row and answer in one statement",
    points: ["before the call"],
    ours: true,
  },
  {
    name: "PayOnce, recordOnce with a Drizzle function",
    file: "ours/record-function.ts",
    packages: [],
    madeFor: "the same, by an ordinary query builder",
    setUp: "key, row and answer in one transaction",
    points: ["before the insert", "after the insert"],
    ours: true,
  },
  {
    name: "PayOnce, runOnce with a step",
    file: "ours/run-once.ts",
    packages: [],
    madeFor: "a call to another system, then rows: a payment",
    setUp:
      "the other system is instant; the row, which is what is counted, goes with the answer; after a death the call is made again under the same derived key",
    points: ["in the step's call", "after the step", "after the commit"],
    ours: true,
  },
  {
    name: "DBOS 4, workflow with a transaction",
    file: "adapters/dbos-transaction.ts",
    packages: ["@dbos-inc/dbos-sdk", "@dbos-inc/drizzle-datasource"],
    madeFor: "durable workflows of many steps, kept in Postgres",
    setUp:
      "the key is the workflow's id; the newest datasource that could be installed does not load with version 5",
    points: ["in the transaction, after the insert", "after the transaction"],
  },
  {
    name: "DBOS 5, workflow with a step",
    file: "adapters/dbos-step.ts",
    packages: ["dbos-sdk-5"],
    madeFor: "the same, for a call to another system",
    setUp: "the key is the workflow's id; its papers promise a step at least once",
    points: ["in the step, before the insert", "in the step, after the insert", "after the step"],
  },
  {
    name: "Powertools for AWS Lambda, cache store",
    file: "adapters/powertools.ts",
    packages: ["@aws-lambda-powertools/idempotency", "@redis/client"],
    madeFor: "handlers in AWS Lambda, which ends an attempt at its time-out by itself",
    setUp:
      "the key by `eventKeyJmesPath`; the Lambda's remaining time is the lease; without payload validation: with it, this version's cache store refused the same payload as well when it was asked again",
    points: AUTOCOMMIT,
    needsRedis: true,
  },
  {
    name: "node-idempotency, Redis storage",
    file: "adapters/node-idempotency.ts",
    packages: ["@node-idempotency/core", "@node-idempotency/storage-adapter-redis"],
    madeFor: "HTTP answers of any Node.js server, with plug-ins for three frameworks",
    setUp:
      "`onRequest`, handler, `onResponse`; its one life of a record (24 h unless told otherwise) is the lease here",
    points: AUTOCOMMIT,
    needsRedis: true,
  },
  {
    name: "node-idempotency, Postgres storage",
    file: "",
    packages: ["@node-idempotency/core"],
    madeFor: "the same, without Redis",
    setUp: "",
    points: [],
    missing:
      "could not be run: its package `@node-idempotency/storage-adapter-postgres` was not in the registry used (2026-11-27)",
  },
  {
    name: "express-idempotency, in memory",
    file: "adapters/express-memory.ts",
    packages: ["express-idempotency", "express"],
    madeFor: "routes of Express; memory is its default store",
    setUp: "over HTTP on this machine; `reportError` when the handler throws",
    points: AUTOCOMMIT,
  },
  {
    name: "express-idempotency, Redis adapter",
    file: "adapters/express-redis.ts",
    packages: ["express-idempotency", "express-idempotency-redis-adapter", "express"],
    madeFor: "the same, for several processes",
    setUp:
      "over HTTP on this machine; `reportError` when the handler throws; the record's life (24 h unless told otherwise) is the lease here",
    points: AUTOCOMMIT,
    needsRedis: true,
  },
];

export async function loadPeer(file: string): Promise<OpenPeer> {
  const { open } = await import(new URL(file, import.meta.url).href);
  return open;
}
