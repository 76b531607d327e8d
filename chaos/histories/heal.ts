import { type Books, type KeyRow, readBooks, statesOf } from "./books.ts";
import { checkBooks } from "./check-books.ts";
import type { Told } from "./witness.ts";
import type { World } from "./world.ts";

type Asked = World["asked"][number];

/** Rounds, not seconds: leases end when we say so. */
const ROUNDS_MAX = 6;
const AT_REST = /^(completed|voided|needs_review|expired)$/;

/** The faults have stopped. L1, L2, and what must be true once nobody moves any more. */
export async function heal(world: World): Promise<void> {
  const { witness, owner, accounts, hasBank } = world;
  const before = await untilAtRest(world, world.shape.healer === "the client" || !hasBank);
  if ([...world.actors.values()].some((actor) => actor.at !== undefined)) {
    await run(world, "");
    lateChangesNothing(world, before, await untilAtRest(world, true));
  }
  const answers: (Told | undefined)[] = [];
  for (const one of askers(world)) answers.push(await askToItsEnd(world, one));
  const books = await readBooks(owner, accounts);
  for (const told of answers) if (told) isDefinite(world, told, books);
  if (hasBank) for (const account of accounts) witness.atRest(account);
  checkBooks(books, world);
  count(world, books);
}

/** Somebody mends, in rounds. Released is rest for a completer: nothing was taken, and only a client can want more. */
async function untilAtRest(world: World, byClient: boolean): Promise<KeyRow[]> {
  const { witness, owner, accounts } = world;
  for (let round = 1; ; round += 1) {
    const rows = await statesOf(owner, accounts);
    const open = rows.filter(
      (row) =>
        !AT_REST.test(row.state) &&
        (row.state !== "released" || (byClient && !isShutOut(world, row))),
    );
    if (open.length === 0) return rows;
    if (round > ROUNDS_MAX) {
      witness.violates("L1", open.map(({ key, state }) => `${key} stays ${state}`).join());
      return rows;
    }
    await world.endLeases();
    if (byClient) {
      const isOpen = (one: Asked) => open.some((row) => nameOf(row) === nameOf(one));
      for (const one of askers(world).filter(isOpen)) await askToItsEnd(world, one);
    } else {
      await world.complete(`h${round}`, "complete");
      await run(world, `h${round}.`);
    }
  }
}

/** Another intent of its order was paid, or waits for a person: nothing was taken for this one, and nothing will be. */
function isShutOut({ witness }: World, { account, key }: KeyRow): boolean {
  // Whoever comes with another request is told about the key, and nothing about the order.
  const last = witness.told.findLast(
    (told) => told.account === account && told.key === key && told.code !== "KEY_REUSED",
  );
  return last?.code === "ORDER_PAID" || last?.code === "ORDER_BUSY";
}

function lateChangesNothing({ witness }: World, before: KeyRow[], now: KeyRow[]): void {
  const after = new Map(now.map((row) => [nameOf(row), row]));
  for (const row of before) {
    const late = after.get(nameOf(row));
    const same =
      late?.state === row.state && late.answer === row.answer && late.fence === row.fence;
    if (AT_REST.test(row.state) && !same)
      witness.violates("S10", `${row.key} was ${row.state}, a late attempt made it ${late?.state}`);
  }
}

/** Those of them who are held go on to their end, one after another. */
async function run(world: World, prefix: string): Promise<void> {
  for (const actor of world.actors.values()) {
    if (!actor.name.startsWith(prefix)) continue;
    for (let turns = 0; actor.at !== undefined && turns < 20; turns += 1)
      await actor.go("goes on", "its end");
  }
}

/** Nobody moves any more, so what was told last must be what is written down, and no more may come. */
function isDefinite({ witness }: World, told: Told, { keys }: Books): void {
  const { account, key, order, code, who, text } = told;
  const row = keys.find((one) => nameOf(one) === nameOf(told));
  const state = row?.state ?? "not there";
  const isShutOutBy = (states: RegExp) =>
    /^(not there|released)$/.test(state) &&
    keys.some(
      (one) =>
        one.account === account &&
        one.key !== key &&
        one.order_id === order &&
        one.holds &&
        states.test(one.state),
    );
  const definite: Record<string, () => boolean> = {
    answer: () => row?.answer === text,
    KEY_EXPIRED: () => state === "expired",
    VOIDED: () => state === "voided",
    // Whose it is the witness has judged.
    KEY_REUSED: () => row !== undefined,
    OUTCOME_UNKNOWN: () => state === "needs_review",
    ORDER_PAID: () => isShutOutBy(/^(completed|expired)$/),
    ORDER_BUSY: () => isShutOutBy(/^needs_review$/),
  };
  if (!definite[code]?.())
    witness.violates("L2", `${who} asks again for ${key} (${state}): ${code}`);
}

/** What this history has reached. */
function count({ tally, witness, bank, hasBank }: World, { log, keys }: Books): void {
  for (const { op, was, was_fence, state, fence } of log) {
    if (op === "INSERT") tally.add(`row: new, ${state}`);
    else if (was !== state || was_fence !== fence)
      tally.add(`row: ${was} to ${state}${fence > was_fence ? ", fence + 1" : ""}`);
  }
  for (const { fence } of keys)
    if (fence > 1) tally.add(`fence: a key with ${fence > 2 ? "3 or more" : 2}`);
  for (const { code, text, hasBank: isPayment } of witness.told)
    tally.add(
      `told: ${code !== "answer" || !isPayment ? code : `answer, ${JSON.parse(text ?? "").status}`}`,
    );
  const isCharged = bank.journal.some(
    ({ request, receipt }) => request.op === "charge" && receipt.status === "paid",
  );
  if (hasBank) tally.add(`history: with a bank, ${isCharged ? "charged" : "never charged"}`);
}

/** Everybody who ever asked for something, once for each request. */
function askers({ asked }: World): Asked[] {
  return [...new Map(asked.map((one) => [`${nameOf(one)} ${one.amount}`, one])).values()];
}

/** The same request again. */
async function askToItsEnd(world: World, { account, intent, amount }: Asked) {
  const as = `z${world.actors.size}`;
  const isNeighbour = account === world.accounts[1];
  const isOther = amount % 100 === 1;
  const how = isNeighbour ? "as a neighbour" : isOther ? "another amount" : "plainly";
  await world.ask(as, intent, how);
  await run(world, as);
  return world.witness.told.findLast((told) => told.who === as);
}

function nameOf({ account, key }: { account: string; key: string }): string {
  return `${account} ${key}`;
}
