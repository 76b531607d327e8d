import { declineReason, type Words } from "../checkout/words.ts";
import { formatMoney } from "../ui/money.ts";
import type { LaneState } from "./bench/lane-client.ts";

/** What a lane's page says. "Checking again is safe" would be a lie here: there is no key, or no use of it. */
export function laneWords(
  state: LaneState,
  total: string,
  clientKey: "none" | "kept" | "per-send",
): Omit<Words, "button"> & { button: string } {
  switch (state.at) {
    case "idle":
      return {
        mark: ["plain", "Checkout"],
        heading: "Ready",
        body:
          clientKey === "none" ? "One press, one fetch()." : "One press; it asks again by itself.",
        button: `Pay ${total}`,
      };
    case "paying":
      return {
        mark: ["plain", "Paying…"],
        heading: "Paying…",
        body: "Nothing keeps a second press back.",
        button: `Pay ${total}`,
      };
    case "paid":
      return {
        mark: ["ok", "✓ Paid"],
        heading: `Paid ${formatMoney(state.amount, state.currency)}`,
        body: `That is what this page believes. What really happened is what the bank says. ${clientKey === "kept" ? "Pressing again sends the same key." : "Pressing again charges again."}`,
        button: "Pay again",
      };
    case "declined":
      return {
        mark: ["fail", "✕ Declined"],
        heading: "The bank said no",
        body: `${declineReason(state.code)}. This answer says nothing about the requests before it.`,
        button: "Pay again",
      };
    case "refused":
      return {
        mark: ["fail", "✕ Refused"],
        heading: `Refused: ${state.code}`,
        body: `${state.said} This answer is about the last request only.`,
        button: "Try again",
      };
    case "unknown-naive":
      return {
        mark: ["unknown", "? Unknown"],
        heading: "We don't know if you were charged",
        body: `${clientKey !== "none" ? "This version does not keep its key's promise." : "This version has no payment key."} Trying again may charge you again.${state.said ? ` It told its customer: “${state.said}” Nobody knows that.` : ""}`,
        button: "Try anyway",
      };
  }
}
