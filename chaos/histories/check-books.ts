import type { Books, KeyRow } from "./books.ts";
import type { World } from "./world.ts";

/** From, to, and whether the fence grows: ARCHITECTURE.md, "The protocol". */
const FORWARD = new Set([
  "in_progress completed 0",
  "in_progress released 0",
  "in_progress unknown 0",
  "in_progress needs_review 0",
  // Nobody could claim it for ten minutes.
  "in_progress needs_review 1",
  "in_progress voided 0",
  "in_progress in_progress 1",
  "unknown in_progress 1",
  "unknown needs_review 1",
  "released in_progress 1",
  "released voided 0",
  "completed expired 0",
  "voided expired 0",
]);

/** What must be true of the rows once everything is at rest: S2, S4 to S8, S9, S10, L7. */
export function checkBooks(books: Books, world: World): void {
  const { witness } = world;
  for (const { key, op, was, was_fence, state, fence, answer_changed } of books.log) {
    if (op === "DELETE") witness.violates("S7", `${key} was deleted while ${was}`);
    if (op === "INSERT" && (fence !== 1 || !/^(in_progress|completed)$/.test(state)))
      witness.violates("S7", `${key} began as ${state}, fence ${fence}`);
    if (op !== "UPDATE") continue;
    const step = `${was} ${state} ${fence - was_fence}`;
    if (!FORWARD.has(step) && step !== `${was} ${was} 0`)
      witness.violates("S7", `${key} went from ${was} (${was_fence}) to ${state} (${fence})`);
    if (answer_changed) witness.violates("S2", `the stored answer of ${key} was changed`);
  }
  for (const row of books.keys) checkKey(row, books, world);
  if (world.hasBank) checkCaptures(books, world);
}

/** S9, equal after healing: what the bank took is stored as paid, or waits for a person. */
function checkCaptures({ keys }: Books, { witness, accounts, keys: keyOf }: World): void {
  for (const account of accounts)
    for (const { request } of witness.captures(account)) {
      const key = keyOf[request.intent];
      const row = keys.find((one) => one.account === account && one.key === key);
      const isPaid = row?.answer?.includes('"paid"') ?? false;
      if (!isPaid && !/^(needs_review|expired)$/.test(row?.state ?? ""))
        witness.violates("S9", `the bank took ${request.amount}, and ${key} is ${row?.state}`);
    }
}

function checkKey(row: KeyRow, books: Books, world: World): void {
  const { witness, hasBank, shape } = world;
  const { account, key, state, answer, review } = row;
  const ours = (one: { account: string; key: string }) =>
    one.account === account && one.key === key;
  const entries = books.entries.filter(ours);
  const jobs = books.jobs.filter(ours).length;
  const said = answer === null ? undefined : JSON.parse(answer);
  const hasEnded = state === "completed" || (state === "expired" && review === "completed");
  const due = said ? (said.status === "declined" ? 0 : 1) : hasEnded ? jobs : 0;
  const isEarly = shape.extra === "records its first step at once" && !hasEnded;
  if (entries.length !== 2 * due && !(isEarly && entries.length === 2))
    witness.violates("S6", `${key}: ${state}, ${answer}, and ${entries.length} ledger entries`);
  if (entries.reduce((sum, { amount }) => sum + amount, 0) !== 0)
    witness.violates("S6", `${key}: debits and credits differ`);
  if (jobs !== due || due > 1) witness.violates("S8", `${key}: ${state}, ${answer}, ${jobs} jobs`);
  const heard = books.heard.filter(ours).length;
  if (heard !== (hasBank && shape.extra === "writes alongside" && hasEnded ? 1 : 0))
    witness.violates("S8", `${key}: ${state}, and ${heard} rows alongside its commit`);
  for (const entry of entries)
    if (entry.fence !== entry.written_by)
      witness.violates("S10", `${key}: fence ${entry.written_by} wrote under ${entry.fence}`);
  if (hasBank && said?.status === "paid" && witness.captures(account).length === 0)
    witness.violates("S4", `${key} is stored as paid, and the bank took nothing`);
  const intent = world.keys.indexOf(key);
  if (hasBank && said && intent >= 0 && !witness.isOfJournal(intent, said))
    witness.violates("S4", `${key} has ${answer}, of which the bank knows nothing`);
  const mayBeInDoubt = world.isOld || world.wasUnread || shape.bank === "amnesic";
  if (state === "needs_review" && !mayBeInDoubt)
    witness.violates("L7", `${key} waits for a person without need: ${review}`);
}
