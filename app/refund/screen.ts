import type { IntentView } from "../../server/idempotency/client/index.ts";
import type { RefundAnswer, RefundInput } from "./record.ts";

export type RefundScreen =
  | "idle"
  | "refunding"
  | "retrying"
  | "unknown"
  | "stale"
  | "refunded"
  | "refunded-replayed"
  | "refused"
  | "not-refunded"
  | "too-much"
  | "given-up"
  | "key-reused"
  | "key-expired"
  | "maybe-refunded"
  | "signed-out"
  | "broken";

const GIVEN_UP = {
  voided: "given-up",
  "key-reused": "key-reused",
  "key-expired": "key-expired",
} as const;

/** Where a refund stands, by the package's view of it: the states of the checkout, in refund form. */
export function screenOf({ phase, record }: IntentView<RefundInput, RefundAnswer>): RefundScreen {
  switch (phase.at) {
    case "rest":
      return "idle";
    case "sending":
      return phase.send > 1 ? "retrying" : "refunding";
    case "waiting":
      return "retrying";
    case "unknown":
    case "stale":
      return phase.at;
    case "ended": {
      const { status } = phase.ending;
      if (status === "refunded") return phase.replayed ? "refunded-replayed" : "refunded";
      if (record?.inDoubt) return "maybe-refunded";
      return status === "refused" ? "refused" : GIVEN_UP[status];
    }
    case "refused": {
      const { code, httpStatus } = phase.refusal;
      if (httpStatus === 401 || httpStatus === 403) return "signed-out";
      if (code === null && httpStatus === 409) return "too-much";
      return httpStatus === 503 || httpStatus === 429 || httpStatus === 409
        ? "not-refunded"
        : "broken";
    }
  }
}
