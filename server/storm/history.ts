import { createHash } from "node:crypto";
import type { Sent } from "./shopper.ts";

/** One line of the history, written by the client before (`invoke`) and after each send. */
export interface HistoryLine {
  seq: number;
  /** Milliseconds since the storm began. */
  t: number;
  /** The order's number and the delivery's: who sends. */
  process: string;
  type: "invoke" | "ok" | "fail" | "info";
  orderId: string;
  key: string;
  requestSha?: string;
  status?: number | null;
  code?: string | null;
  replayed?: boolean;
  answer?: "paid" | "declined" | null;
  bodySha?: string | null;
  err?: string | null;
  /** How long the send took. */
  ms?: number;
}

/** Writes lines with numbers that have no gap: a checker that finds one knows that the log is not whole. */
export class History {
  readonly lines: HistoryLine[] = [];
  readonly #startedAt = performance.now();

  elapsedMs(): number {
    return Math.round(performance.now() - this.#startedAt);
  }

  /** Notes the send, does it, and notes its end. */
  async around(
    who: { process: string; orderId: string; key: string; request: unknown },
    send: () => Promise<Sent>,
  ): Promise<Sent> {
    const { process, orderId, key, request } = who;
    const requestSha = createHash("sha256").update(JSON.stringify(request)).digest("hex");
    this.#add({ process, orderId, key, type: "invoke", requestSha });
    const began = performance.now();
    const sent = await send();
    const { type, status, code, replayed, answer, bodySha, err } = sent;
    const ms = Math.round(performance.now() - began);
    const told = { type, status, code, replayed, answer, bodySha, err, ms };
    this.#add({ process, orderId, key, ...told });
    return sent;
  }

  #add(line: Omit<HistoryLine, "seq" | "t">): void {
    this.lines.push({ seq: this.lines.length, t: this.elapsedMs(), ...line });
  }
}
