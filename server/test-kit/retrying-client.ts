import type { Services } from "../wiring.ts";
import type { Answer, Buyer, Payment } from "./buyer.ts";

export interface Outcome {
  /** The first definite one. */
  answer: Answer;
  /** Every answer that came back, in order, also those that were not definite. */
  answers: Answer[];
  /** What became of the first send: its answer, or the connection was cut, or the client hung up. */
  first: Answer | "cut" | "hung up";
  sends: number;
  tookMs: number;
  /** Waits for every send, also those that the client no longer waited for, and gives what they answered. */
  late(): Promise<Answer[]>;
}

const SENDS_MAX = 60;

export function isDefinite({ status, error }: Answer): boolean {
  return status === 200 || !(error?.idempotency?.retryable ?? status >= 500);
}

interface Asking {
  plan?: string;
  patienceMs?: number;
  through?: readonly Services[];
}

/** {@link askUntilDefinite} of one payment. */
export async function payUntilDefinite(
  buyer: Buyer,
  payment: Payment,
  asking: Asking = {},
): Promise<Outcome> {
  return await askUntilDefinite((sending) => buyer.pays(payment, sending), asking);
}

/**
 * Sends one request again and again under its key until the answer is definite. A cut connection and an answer
 * that may be repeated are asked again; a client that waited `patienceMs` hangs up and asks again too.
 */
export async function askUntilDefinite(
  ask: (sending: { headers?: Record<string, string>; to?: Services }) => Promise<Answer>,
  { plan, patienceMs = 1_300, through = [] }: Asking = {},
): Promise<Outcome> {
  const startedAt = performance.now();
  const answers: Answer[] = [];
  const all: Promise<Answer>[] = [];
  const late = async () =>
    (await Promise.allSettled(all)).flatMap((sent) =>
      sent.status === "fulfilled" ? [sent.value] : [],
    );
  let first: Outcome["first"] | undefined;
  for (let sends = 1; sends <= SENDS_MAX; sends += 1) {
    const to = through[(sends - 1) % Math.max(1, through.length)];
    const sent = ask({
      ...(plan !== undefined && { headers: { "x-fault-plan": plan } }),
      ...(to && { to }),
    });
    const got = await Promise.race([sent, hangUp(patienceMs)]).catch(() => "cut" as const);
    // Where the client hung up its connection is gone, its attempt is not.
    sent.catch(() => undefined);
    all.push(sent);
    first ??= got;
    if (typeof got !== "string") {
      answers.push(got);
      const tookMs = performance.now() - startedAt;
      if (isDefinite(got)) return { answer: got, answers, first, sends, tookMs, late };
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const codes = answers.map(({ status, error }) => `${status} ${error?.idempotency?.code}`);
  throw new Error(`No definite answer after ${SENDS_MAX} sends: ${codes.join(", ")}`);
}

function hangUp(ms: number): Promise<"hung up"> {
  return new Promise((resolve) => setTimeout(() => resolve("hung up"), ms));
}
