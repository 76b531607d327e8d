import Stripe from "stripe";
import type { BankEvent } from "./bank-event.ts";
import { readEvent } from "./read-event.ts";

/** Nobody who knows one of the secrets signed these bytes just now. Says no more: it goes to whoever sent them. */
export class BadSignature extends Error {
  override readonly name = "BadSignature";
}

const TOLERANCE_S = 300;
const webhooks = Stripe.webhooks;

/**
 * Verifies a webhook over its raw bytes (HMAC-SHA256, compared in constant time by the official package) and reads it.
 * @param secrets any of them may have signed: there are two while they are being changed
 * @throws {BadSignature} also for a stamp more than 300 s away, past or future, and for what is no event
 */
export function openEvent(raw: Buffer, header: string, secrets: readonly string[]): BankEvent {
  assertRecent(header);
  for (const secret of secrets) {
    try {
      return readEvent(webhooks.constructEvent(raw, header, secret, TOLERANCE_S));
    } catch {
      // Another secret may fit.
    }
  }
  throw new BadSignature("No secret of ours signed this");
}

/** The package refuses old stamps only: one from the future would be a signature that can be used for years. */
function assertRecent(header: string): void {
  const stamps = [...header.matchAll(/(?:^|,)\s*t=([^,]*)/g)].map((match) => Number(match[1]));
  const [stamp] = stamps;
  const apartS = Math.abs(Date.now() / 1000 - (stamp ?? Number.NaN));
  if (stamps.length !== 1 || !(apartS <= TOLERANCE_S))
    throw new BadSignature("The signature's time stamp is not within 300 s of now");
}
