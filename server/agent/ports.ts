import type { Planner } from "./planner.ts";

interface Common {
  account: string;
  orderId: string;
}
export interface ReserveRequest extends Common {
  items: { sku: string; quantity: number }[];
}
export interface MailRequest extends Common {
  to: string;
  subject: string;
  text: string;
}
export interface BookingRequest extends Common {
  service: "standard" | "express";
}

/** Another system did it; `id` is its own name for what it did. */
export interface Done<Status extends string> {
  status: Status;
  id: string;
  reference: string;
}
export type ReserveResult = Done<"reserved"> | { status: "out_of_stock"; sku: string };

/** One thing that another system does, and how to ask it what became of an earlier request. */
export interface Desk<Request, Result> {
  /** Rejects with `NotTaken` when surely nothing happened, with `NeedsReview` when our own request is refused as wrong. */
  ask(request: Request, key: string): Promise<Result>;
  /** Undefined is no proof: the request may still be under way. */
  find(request: Request, key: string): Promise<Result | undefined>;
}

/** One thing that an outside system did for this account, in its own books. */
export interface Deed {
  kind: "stock.reserved" | "stock.released" | "mail.accepted" | "courier.booked";
  id: string;
  orderId: string;
  reference: string;
  at: string;
}

/** Everything that the agent reaches out to, beside the bank. */
export interface AgentTools {
  planner: Planner;
  reserve: Desk<ReserveRequest, ReserveResult>;
  release: Desk<ReserveRequest, Done<"released">>;
  mail: Desk<MailRequest, Done<"accepted">>;
  courier: Desk<BookingRequest, Done<"booked">>;
  /** The suppliers' own journal of one account: the independent witness. */
  journal(account: string, orderId?: string): Promise<Deed[]>;
}
