import { z } from "zod";
import { Refusal } from "./refusal.ts";

/** Where a request goes: the warehouse has two desks, the post and the courier one each. */
export const DESKS = ["reservations", "releases", "mails", "bookings"] as const;
export type Desk = (typeof DESKS)[number];

const name = z.string().min(1).max(200);
const common = { account: name, orderId: name, reference: name };
const items = z
  .array(z.object({ sku: name, quantity: z.number().int().min(1).max(9_999) }))
  .min(1)
  .max(50);

const ASKED = {
  reservations: z.strictObject({ ...common, items }),
  releases: z.strictObject({ ...common, items }),
  mails: z.strictObject({
    ...common,
    to: z.string().max(254),
    subject: z.string().max(200),
    text: z.string().max(4_000),
  }),
  bookings: z.strictObject({ ...common, service: z.enum(["standard", "express"]) }),
} as const;

export type Asked = z.output<(typeof ASKED)[Desk]>;

/** What a desk is asked for. @throws {Refusal} 400, naming the first thing that is wrong */
export function readAsked(desk: Desk, body: string): Asked {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Refusal(400, "The body is not JSON.");
  }
  const { data, error } = ASKED[desk].safeParse(json);
  if (data) return data;
  const [issue] = error.issues;
  throw new Refusal(400, `${issue?.path.join(".")}: ${issue?.message}`);
}
