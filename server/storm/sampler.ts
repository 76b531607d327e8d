import { readCharges } from "./books.ts";
import type { History, HistoryLine } from "./history.ts";
import type { StormOrder } from "./storm-order.ts";

const EVERY_MS = 250;
const BANK_EVERY_MS = 1_000;

/** What the chart draws. Counts are since the beginning; the bank's are as old as its last statement. */
export interface Sample {
  t: number;
  sent: number;
  /** Answers of an attempt that ran. */
  executed: number;
  replayed: number;
  /** Sends that ended without an answer, or with one that says nothing about the effect. */
  inDoubt: number;
  charges: number;
  /** Charges beyond the first of an order, by the bank's statement. */
  duplicates: number;
  /** Milliseconds, over the sends that ended since the last sample; null when none did. */
  p50: number | null;
  p99: number | null;
}

interface Given {
  history: History;
  orders: readonly StormOrder[];
  lane: string;
  onSample(sample: Sample): void;
}

/** Looks at a running storm four times a second, and at the bank once. */
export class Sampler {
  readonly samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;
  #read = 0;
  #bankAt = -BANK_EVERY_MS;
  #bank = { charges: 0, duplicates: 0 };
  #looking: Promise<void> | undefined;
  #sum = { sent: 0, executed: 0, replayed: 0, inDoubt: 0 };

  readonly #given: Given;

  constructor(given: Given) {
    this.#given = given;
  }

  start(): void {
    this.#timer = setInterval(() => this.#sample(), EVERY_MS);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
    await this.#askBank();
    this.#sample();
  }

  #sample(): void {
    const now = this.#given.history.elapsedMs();
    if (now - this.#bankAt >= BANK_EVERY_MS && this.#looking === undefined) {
      this.#bankAt = now;
      this.#looking = this.#askBank().finally(() => (this.#looking = undefined));
    }
    const fresh = this.#given.history.lines.slice(this.#read);
    this.#read = this.#given.history.lines.length;
    for (const line of fresh) this.#count(line);
    const times = fresh.flatMap(({ ms }) => ms ?? []).toSorted((a, b) => a - b);
    const sample = {
      t: now,
      ...this.#sum,
      ...this.#bank,
      p50: at(times, 0.5),
      p99: at(times, 0.99),
    };
    this.samples.push(sample);
    this.#given.onSample(sample);
  }

  #count(line: HistoryLine): void {
    if (line.type === "invoke") this.#sum.sent += 1;
    else if (line.type === "info") this.#sum.inDoubt += 1;
    else if (line.type === "ok") this.#sum[line.replayed ? "replayed" : "executed"] += 1;
  }

  /** A bank that does not answer now leaves the former numbers standing. */
  async #askBank(): Promise<void> {
    const charges = await readCharges(this.#given.orders, this.#given.lane).catch(() => undefined);
    if (charges === undefined) return;
    const counts = [...charges.values()].map((order) => order.charges);
    const sum = counts.reduce((total, count) => total + count, 0);
    this.#bank = { charges: sum, duplicates: sum - counts.filter((count) => count > 0).length };
  }
}

function at(sorted: number[], share: number): number | null {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null;
}
