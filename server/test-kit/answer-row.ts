import { expect } from "vitest";
import type { Answer, Payment } from "./buyer.ts";

/** A row of CONTRACT 3, and the headers that every answer beyond the claim has. */
export interface Row {
  http: number;
  trpc: string;
  code: string;
  retryable: boolean;
  sameKey: boolean;
  retryAfter: string | null;
  attempt: string | null;
}

export function rowOf({ status, error, headers }: Answer): Row {
  return {
    http: status,
    trpc: error?.code ?? "",
    code: error?.idempotency?.code ?? "",
    retryable: error?.idempotency?.retryable ?? false,
    sameKey: error?.idempotency?.sameKey ?? false,
    retryAfter: headers.get("retry-after"),
    attempt: headers.get("idempotency-attempt"),
  };
}

export function expectHeaders({ headers }: Answer, { idempotencyKey }: Payment, replayed: boolean) {
  expect(headers.get("idempotent-replayed")).toBe(String(replayed));
  expect(headers.get("idempotency-key")).toBe(idempotencyKey);
  expect(headers.get("cache-control")).toBe("no-store");
}
