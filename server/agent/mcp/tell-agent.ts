import type { CallToolResult } from "@modelcontextprotocol/sdk/types.js";
import type { Told } from "./shop.ts";

const SAME =
  "Call this tool again with exactly the same arguments, the same idempotencyKey included.";

/** An outcome in words that a model acts on rightly: whether money may have moved, and which key to send next. */
export function tellAgent(told: Told): CallToolResult {
  if (told.kind === "answer") return said(told.data);
  if (told.kind === "lost") {
    return failed(
      `The answer was lost. It is unknown whether it was done, and it may have been. ${SAME}`,
    );
  }
  const { message, idempotency } = told;
  if (idempotency === undefined) return failed(`${message} This call did nothing.`);
  const { code, retryable, sameKey, retryAfterMs, intentId } = idempotency;
  const wait =
    retryAfterMs === undefined ? "" : ` Wait ${Math.ceil(retryAfterMs / 1_000)} s first.`;
  const join =
    intentId === undefined ? "" : ` Ask payment_status about the key ${intentId} instead.`;
  const next = retryable ? `${SAME}${wait}` : sameKey ? "" : `Do not send this key again.${join}`;
  return failed([`${code}: ${message}`, next].filter(Boolean).join(" "));
}

function said(data: unknown): CallToolResult {
  return {
    content: [{ type: "text", text: JSON.stringify(data) }],
    structuredContent: { answer: data },
  };
}

function failed(text: string): CallToolResult {
  return { isError: true, content: [{ type: "text", text }] };
}
