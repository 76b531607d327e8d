import type { TRPCDefaultErrorShape, TRPCError } from "@trpc/server";
import { detailOf, type IdempotencyData } from "../http/index.ts";

/**
 * `initTRPC.create({ errorFormatter: idempotencyErrors })`: adds `data.idempotency`, which the client's retry rule
 * reads, and changes nothing else. Call it inside your own formatter if you have one.
 */
export function idempotencyErrors({
  shape,
  error,
}: {
  shape: TRPCDefaultErrorShape;
  error: TRPCError;
}): TRPCDefaultErrorShape & { data: { idempotency: IdempotencyData | undefined } } {
  return { ...shape, data: { ...shape.data, idempotency: detailOf(error.cause) } };
}
