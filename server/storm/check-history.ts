import type { Book } from "./books.ts";
import type { HistoryLine } from "./history.ts";
import type { Evidence } from "./run-storm.ts";
import { commandOf } from "./settings.ts";

export interface Violation {
  /** Of the contract: S1 … L1. */
  id: string;
  sentence: string;
  orderId: string;
  /** The lines and the book that show it: enough to see it without the rest. */
  witness: { book: Book | undefined; lines: HistoryLine[] };
}

/** `unknown` is no verdict on the shop but on the run: it has not shown anything. */
export interface StormReport {
  valid: "true" | "false" | "unknown";
  reasons: string[];
  violations: Violation[];
  arrivals: number;
  orders: number;
  charges: number;
  duplicates: number;
  /** Minor units that customers paid beyond one charge an order. */
  overpaid: number;
  inDoubt: number;
  sentence: string;
  command: string;
  tookMs: number;
}

const VIOLATIONS_MAX = 20;

/** Checks a history against the bank's books: per order, one pass, nothing of the server believed but its answers. */
export function checkHistory(evidence: Evidence): StormReport {
  const { settings, history, books, stopped } = evidence;
  const lines = byOrder(history);
  const judged = (book: Book) => checkOrder(book, lines.get(book.orderId) ?? [], stopped);
  const violations = books.flatMap(judged);
  const ended = history.filter(({ type }) => type !== "invoke");
  const charges = sum(books.map((book) => book.charges));
  const duplicates = sum(books.map((book) => Math.max(0, book.charges - 1)));
  const overpaid = sum(books.map(overpaidOf));
  const inDoubt = books.filter((book) => !isFinal(book)).length;
  const reasons = whyUnknown(evidence, ended);
  const valid = violations.length > 0 ? "false" : reasons.length > 0 ? "unknown" : "true";
  return {
    valid,
    reasons,
    violations: violations.slice(0, VIOLATIONS_MAX),
    arrivals: ended.length,
    orders: books.length,
    charges,
    duplicates,
    overpaid,
    inDoubt,
    sentence:
      `valid? ${valid} · ${ended.length} sends · ${books.length} orders · ${charges} charges · ` +
      `${duplicates} duplicates · ${inDoubt} in doubt after recovery · seed ${settings.seed}`,
    command: commandOf(settings),
    tookMs: evidence.tookMs,
  };
}

function byOrder(history: HistoryLine[]): Map<string, HistoryLine[]> {
  const lines = new Map<string, HistoryLine[]>();
  for (const line of history) {
    const known = lines.get(line.orderId);
    if (known) known.push(line);
    else lines.set(line.orderId, [line]);
  }
  return lines;
}

function checkOrder(book: Book, lines: HistoryLine[], stopped: boolean): Violation[] {
  const found: Violation[] = [];
  const broken = (id: string, sentence: string, shown: HistoryLine[]) =>
    found.push({ id, sentence, orderId: book.orderId, witness: { book, lines: shown } });
  const answers = lines.filter(({ type }) => type === "ok");
  const paid = answers.filter(({ answer }) => answer === "paid");
  const declined = answers.filter(({ answer }) => answer === "declined");

  if (book.charges > 1) {
    broken("S1", `The bank captured this order ${book.charges} times.`, paid);
  }
  const different = answers.find(({ bodySha }) => bodySha !== answers[0]?.bodySha);
  if (answers[0] && different) {
    broken("S2", "Two answers for one key differ.", [answers[0], different]);
  }
  if (paid[0] && book.charges === 0) {
    broken("S3", 'The customer was told "paid", and the bank has no charge.', [paid[0]]);
  }
  if (declined[0] && book.charges > 0) {
    broken("S5", 'The customer was told "declined", and the bank has a charge.', [declined[0]]);
  }
  const taken = lines.find((line) => forgot(line, lines));
  if (taken)
    broken("S3", "A later send was refused although the payment had been acknowledged.", [taken]);
  // Who stops a storm leaves its payments to the completer, which has not had its time yet.
  if (!isFinal(book) && !stopped) {
    broken(
      "L1",
      `After the faults had stopped the key still said "${book.state}".`,
      lines.slice(-2),
    );
  }
  if (book.state === "completed" && paid.length > 0 && book.charges !== 1) {
    broken("S9", "Acknowledged and captured differ after healing.", paid.slice(0, 1));
  }
  return found;
}

/** A send that began after a definite answer was there, and was told that there is none. */
function forgot(line: HistoryLine, lines: HistoryLine[]): boolean {
  if (line.type !== "fail" || line.code === "TOO_MANY_REQUESTS") return false;
  const began = lines.find(({ type, process }) => type === "invoke" && process === line.process);
  const firstOk = lines.find(({ type }) => type === "ok");
  return began !== undefined && firstOk !== undefined && firstOk.seq < began.seq;
}

function isFinal({ state }: Book): boolean {
  return state === undefined || state === "completed" || state === "voided" || state === "expired";
}

function whyUnknown({ settings, history, stopped }: Evidence, ended: HistoryLine[]): string[] {
  const reasons: string[] = [];
  const stated = settings.orders * settings.deliveries;
  if (stopped) reasons.push("It was stopped, or took longer than it may.");
  if (ended.length < stated) reasons.push(`${ended.length} of ${stated} sends ended.`);
  if (!ended.some(({ type }) => type === "ok")) reasons.push("Nobody was ever answered.");
  const untouched = ended.every(({ type, replayed }) => type === "ok" && !replayed);
  if (settings.plan !== "" && untouched) reasons.push("No fault was seen to happen.");
  if (history.some((line, at) => line.seq !== at)) reasons.push("The history has a gap.");
  return reasons;
}

function overpaidOf({ charges, captured }: Book): number {
  return charges > 1 ? captured - captured / charges : 0;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
