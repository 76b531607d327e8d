import type postgres from "postgres";
import type { KnownBad } from "./known-bad.ts";

type Pair = [from: string, to: string];

const rewriteReaper = (owner: postgres.Sql, ...pairs: Pair[]) =>
  rewriteFunction(owner, "idempotency_reap", pairs);

/** The package's own function, with something else in it. */
async function rewriteFunction(owner: postgres.Sql, name: string, pairs: Pair[]) {
  const [found] = await owner<{ text: string }[]>`
    select pg_get_functiondef(${name}::regproc) as text`;
  let text = found?.text ?? "";
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`Nothing like ${from} in: ${text}`);
    text = text.replace(from, to);
  }
  await owner.unsafe(text);
}

const ANY_STATE: Pair = ["and k.state in ('completed', 'voided')", ""];

/** What is wrong with keeping and ending answers. */
export const KEEPING: KnownBad[] = [
  {
    name: "a reaper that does not look at the state",
    hurts: ["S6", "S7"],
    prepare: (owner) => rewriteReaper(owner, ANY_STATE),
  },
  {
    name: "a reaper that does not look at the state, and no trigger that would refuse it",
    hurts: ["S6", "S7", "S8"],
    async prepare(owner) {
      await owner`drop trigger idempotency_only_forward on idempotency_keys`;
      await rewriteReaper(owner, ANY_STATE);
    },
  },
  {
    name: "a reaper that removes the key instead of leaving a tombstone",
    hurts: ["S3", "S1", "S2"],
    prepare: (owner) =>
      rewriteReaper(
        owner,
        ["update idempotency_keys k", "delete from idempotency_keys k using due"],
        [
          "set state = 'expired', answer = null, input = '', review = k.state, updated_at = clock_timestamp()",
          "",
        ],
        ["from due where k.account", "where k.account"],
      ),
  },
  {
    name: "a tombstone is forgotten while its key may still come",
    hurts: ["S3", "S7"],
    prepare: (owner) =>
      rewriteFunction(owner, "idempotency_forget", [
        ["and idempotency_forgettable_from(o.key, o.updated_at) < since_before", ""],
      ]),
  },
];
