import { createHash } from "node:crypto";
import { IdempotencyError, runOnce } from "../../server/idempotency/index.ts";
import { replacing, rewritingStore } from "../../server/test-kit/rewriting-store.ts";
import type { Answer } from "../histories/variant.ts";
import { checkThenAct } from "./check-then-act.ts";
import type { KnownBad } from "./known-bad.ts";

/** The claim's own read, and the short one of a key that this process has met: `instead` is what they compare with. */
function reads(text: string, seen: (text: string) => string, known: (text: string) => string) {
  if (text.includes("with seen")) return seen(text);
  return text.startsWith("select procedure, fingerprint,") ? known(text) : undefined;
}

/** As if the row had the fingerprint that was asked with, where `when` is true. For claims: `recordOnce` reads last. */
const blind =
  (when: string): NonNullable<KnownBad["store"]> =>
  (store, { world }) =>
    world.hasBank ? rewritingStore(store, (text) => seeing(text, when)).store : store;

function seeing(text: string, when: string): string | undefined {
  return reads(
    text,
    (claim) => {
      const mine = /insert into idempotency_keys[^$]*\$\d+, \$\d+::uuid, \$\d+, (\$\d+)/.exec(
        claim,
      );
      return claim.replace(
        "select procedure, fingerprint,",
        `select procedure, case when ${when} then ${mine?.[1]}::text else fingerprint end as fingerprint,`,
      );
    },
    // It cannot know what was asked with, so it finds nothing and leaves it to the claim.
    (short) => short.replace("where", "where false and"),
  );
}

/** Keys that run in one of two processes. */
const running = new Set<string>();

/** What is wrong with becoming the one who runs. */
export const CLAIMS: KnownBad[] = [
  {
    name: "a key for each time of asking",
    hurts: ["refusal", "S1", "S9", "L2"],
    keyOf: (key, who) => {
      const digest = createHash("sha256").update(who).digest("hex");
      return `${key.slice(0, 24)}${digest.slice(0, 12)}`;
    },
  },
  {
    name: "a key without its account",
    hurts: ["refusal", "S12", "L2"],
    rewrite: (text) => {
      const anybodys = (sql: string) =>
        sql.replace(/where account = \$\d+ and key =/, "where key =");
      return reads(text, anybodys, anybodys);
    },
  },
  { name: "the fingerprint is not compared", hurts: ["S11"], store: blind("true") },
  {
    name: "another request is noticed only once the first one has ended",
    seed: 140,
    hurts: ["S11"],
    store: blind("state in ('in_progress', 'unknown', 'released')"),
  },
  {
    name: "check, then act: the key is read by one statement and taken by the next",
    seed: 105,
    hurts: ["S11", "S3", "S10"],
    store: checkThenAct,
  },
  {
    name: "a lock in the memory of each process",
    hurts: ["L1", "L2", "refusal"],
    store: checkThenAct,
    async run(run, task) {
      const { who, account, key, world } = task;
      const name = `${who.length % 2} ${account} ${key}`;
      if (running.has(name)) throw new IdempotencyError("IN_PROGRESS");
      running.add(name);
      // Who has the lock is at it, so whoever is kept out by it is told the truth.
      world.witness.refusals.states(task, false);
      try {
        return await runOnce<Answer>(run);
      } finally {
        running.delete(name);
      }
    },
  },
  {
    name: "a take-over keeps the fence",
    hurts: ["S10"],
    rewrite: replacing("with target", [/fence = k\.fence \+ 1/, "fence = k.fence"]),
  },
  {
    name: "no index that allows one live intent for an order",
    hurts: ["S1"],
    prepare: (owner) => owner`drop index idempotency_one_per_order`,
  },
  {
    name: "an order is free again while its payment is in doubt",
    seed: 780,
    hurts: ["S1"],
    prepare: (owner) =>
      owner.unsafe(`
        drop index idempotency_one_per_order;
        create unique index idempotency_one_per_order on idempotency_keys (account, order_id)
          where holds and order_id is not null and state in ('in_progress', 'completed', 'expired')`),
  },
  {
    name: "a price is compared after the claim",
    hurts: ["S13"],
    rewrite: replacing("admitted as", [/where (true|false)::boolean/, "where true"]),
  },
];
