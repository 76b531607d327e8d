import { v7 as uuidv7 } from "uuid";
import type { Answer, Buyer, Payment } from "../test-kit/buyer.ts";
import { isDefinite } from "../test-kit/retrying-client.ts";
import type { Services } from "../wiring.ts";
import { LANE_BY_NAME } from "./lane-list.ts";
import type { LaneName } from "./lane.ts";

export type Came = Answer | "cut" | "hung up";

interface Given {
  buyer: Buyer;
  payment: Payment;
  lane: LaneName | "idempotent";
  plan: string;
  through: readonly Services[];
}

/** The page's side of one run, for tests: what a buyer's browser sends to a lane, or to the shop itself. */
export class LabClient {
  readonly #given: Given;
  readonly #sent: Promise<Answer>[] = [];

  constructor(given: Given) {
    this.#given = given;
  }

  /** One `fetch`. A naive client has no key; `key-per-send` makes a new one here, which is its mistake. */
  async send({
    amount,
    key,
    patienceMs = 25_000,
  }: { amount?: number; key?: string; patienceMs?: number } = {}): Promise<Came> {
    const { buyer, payment, lane, plan, through } = this.#given;
    const { idempotencyKey: runKey, ...wanted } = payment;
    // On a busy machine the first copy of an event may itself be a second late: the second comes later still.
    const headers = { "x-fault-plan": plan.replace("webhook-late=3000", "webhook-late=9000") };
    const to = through[this.#sent.length % through.length];
    const sending = { headers, ...(to && { to }) };
    const body = { ...wanted, ...(amount !== undefined && { expectedTotal: amount }) };
    const sent =
      lane === "idempotent"
        ? buyer.pays({ idempotencyKey: runKey, ...body }, sending)
        : buyer.mutate("lab.pay", { lane, runKey, ...body, ...this.#key(lane, key) }, sending);
    this.#sent.push(sent);
    const gone = new Promise<"hung up">((resolve) =>
      setTimeout(() => resolve("hung up"), patienceMs),
    );
    return await Promise.race([sent, gone]).catch(() => "cut" as const);
  }

  #key(lane: LaneName, key: string | undefined): { idempotencyKey?: string } {
    const { clientKey } = LANE_BY_NAME[lane];
    if (clientKey === "none") return {};
    if (clientKey === "kept") return { idempotencyKey: this.#given.payment.idempotencyKey };
    return { idempotencyKey: key ?? uuidv7() };
  }

  /** One `fetch` of Chromium's over HTTP/1.1: it sends the same bytes again by itself while the connection is cut. */
  async sendAsChromium(): Promise<Came> {
    const key = uuidv7();
    let came: Came = "cut";
    for (let sends = 1; sends <= 7 && came === "cut"; sends += 1) came = await this.send({ key });
    return came;
  }

  /** Asks again until the answer is definite, at most `sendsMax` times. */
  async untilDefinite({ sendsMax = 30, patienceMs = 25_000 } = {}): Promise<Came> {
    let came: Came = "cut";
    for (let sends = 1; sends <= sendsMax; sends += 1) {
      came = await this.send({ patienceMs });
      if (typeof came !== "string" && isDefinite(came)) return came;
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    return came;
  }

  /** Waits for every send, also for those that nobody waited for any more. */
  async late(): Promise<Answer[]> {
    const all = await Promise.allSettled(this.#sent);
    return all.flatMap((sent) => (sent.status === "fulfilled" ? [sent.value] : []));
  }
}
