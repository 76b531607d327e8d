import { z } from "zod";

/** Who sent a delivery, as the server decides it (docs/glossary.md: send, retry, resend). */
export const SENDERS = ["you", "app", "browser", "fault", "completer", "bank", "client"] as const;
export type SentBy = (typeof SENDERS)[number];

/** The lane of the shop's own `checkout.pay`. Every other lane is an experiment of the lab. */
export const IDEMPOTENT_LANE = "idempotent";

/** What a line can be opened for. All of it was seen by the server; nothing in it decides anything. */
const eventDetail = z.looseObject({
  /** Of the request, at `arrived`; of the answer, at `answered`. */
  headers: z.record(z.string(), z.string()).optional(),
  /** The first characters of what the request was compared by. */
  fingerprint: z.string().optional(),
  /** What Postgres was asked since the line before, and how many rows came back or were changed. */
  statements: z.array(z.object({ sql: z.string(), rows: z.number() })).optional(),
  /** The bytes that were sent: equal for every definite answer of one key. */
  answer: z.object({ status: z.number(), bytes: z.number(), sha256: z.string() }).optional(),
  /** A decision of the plan. `draw` only where a chance decided: the fault happens below `probability`. */
  fault: z
    .object({
      entry: z.string(),
      name: z.string(),
      happened: z.boolean(),
      decision: z.string(),
      seed: z.string().optional(),
      draw: z.number().optional(),
      probability: z.number().optional(),
    })
    .optional(),
});
export type EventDetail = z.output<typeof eventDetail>;

/** One line of what happened. `id` grows, `at` is the server's clock, UTC to the millisecond. */
export const timelineEvent = z.object({
  id: z.coerce.string(),
  at: z.string(),
  orderId: z.string().nullable(),
  idempotencyKey: z.string(),
  lane: z.string(),
  arrival: z.coerce.number(),
  fence: z.coerce.number().nullable(),
  clientAttempt: z.coerce.string().nullable(),
  sentBy: z.enum(SENDERS),
  point: z.string(),
  outcome: z.enum(["done", "refused", "unknown", "none"]),
  text: z.string(),
  detail: eventDetail.nullable(),
});
export type TimelineEvent = z.output<typeof timelineEvent>;
