import { z } from "zod";
import { NeedsReview, NotTaken } from "../idempotency/index.ts";
import { isNoConnection } from "../payments/is-no-connection.ts";
import type { AgentTools, Deed, Desk, Done } from "./ports.ts";

export interface SuppliersOptions {
  /** Undefined: nobody can be reached, and every ask is refused before anything is sent. */
  url: string | undefined;
  timeoutMs: number;
  /** What every request goes through; the way in for whoever wants to watch or disturb it. */
  fetch?: typeof fetch | undefined;
}

const deeds: z.ZodType<Deed[]> = z.array(
  z.object({
    kind: z.enum(["stock.reserved", "stock.released", "mail.accepted", "courier.booked"]),
    id: z.string(),
    orderId: z.string(),
    reference: z.string(),
    at: z.string(),
  }),
);
const done = <Status extends string>(status: Status): z.ZodType<Done<Status>> =>
  z.object({ status: z.literal(status), id: z.string(), reference: z.string() });
const outOfStock = z.object({ status: z.literal("out_of_stock"), sku: z.string() });

/** Warehouse, post and courier over HTTP. Each call has its own deadline and none is tied to a client's request. */
export function suppliers(options: SuppliersOptions): Omit<AgentTools, "planner"> {
  return {
    reserve: desk(options, "reservations", "stock.reserved", done("reserved").or(outOfStock)),
    release: desk(options, "releases", "stock.released", done("released")),
    mail: desk(options, "mails", "mail.accepted", done("accepted")),
    courier: desk(options, "bookings", "courier.booked", done("booked")),
    journal: (account, orderId) => journal(options, { account, ...(orderId && { orderId }) }),
  };
}

function desk<Request extends { account: string }, Result>(
  options: SuppliersOptions,
  path: string,
  kind: Deed["kind"],
  result: z.ZodType<Result>,
): Desk<Request, Result> {
  return {
    ask: async (request, key) =>
      result.parse(
        await call(options, `/v1/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": key },
          body: JSON.stringify({ ...request, reference: key }),
        }),
      ),
    async find({ account }, reference) {
      const found = await journal(options, { account, reference });
      const deed = found.find((one) => one.kind === kind);
      return deed && result.parse({ status: kind.split(".")[1], id: deed.id, reference });
    },
  };
}

async function journal(options: SuppliersOptions, of: Record<string, string>): Promise<Deed[]> {
  return deeds.parse(await call(options, `/v1/journal?${new URLSearchParams(of)}`, {}));
}

/**
 * One request and its JSON. Whatever is not clear is thrown as it is, and means unknown.
 * @throws {NotTaken} no connection was made
 * @throws {NeedsReview} 4xx: our own frozen request is refused, and sending it again cannot help
 */
async function call(
  { url, timeoutMs, fetch: through = fetch }: SuppliersOptions,
  path: string,
  init: RequestInit,
): Promise<unknown> {
  if (url === undefined) throw new NotTaken("SUPPLIERS_URL is not set");
  let response: Response;
  try {
    response = await through(`${url}${path}`, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    if (isNoConnection(error)) throw new NotTaken("no connection", { cause: error });
    throw error;
  }
  const text = await response.text();
  if (response.status >= 400 && response.status < 500 && response.status !== 408) {
    throw new NeedsReview(`a supplier refuses ${path.split("?")[0]} with ${response.status}`);
  }
  if (!response.ok) throw new Error(`A supplier answered ${response.status}`);
  return JSON.parse(text);
}
