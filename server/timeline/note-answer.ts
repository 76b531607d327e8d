import { createHash } from "node:crypto";
import { z } from "zod";
import { note } from "./delivery.ts";

const TOLD = [
  "idempotency-key",
  "idempotency-attempt",
  "idempotent-replayed",
  "retry-after",
  "x-trace-id",
];

const body = z.object({
  result: z
    .object({ data: z.object({ status: z.string() }).optional().catch(undefined) })
    .optional(),
  error: z
    .object({
      data: z.object({ code: z.string(), idempotency: z.object({ code: z.string() }).optional() }),
    })
    .optional(),
});

/** Notes what leaves the server: the status, the headers that speak of the key, and the bytes by their SHA-256. */
export async function noteAnswer(response: Response): Promise<void> {
  const bytes = Buffer.from(await response.clone().arrayBuffer());
  const said = read(bytes.toString("utf8"));
  const replayed = response.headers.get("idempotent-replayed") === "true";
  const code = said?.error?.data.idempotency?.code ?? said?.error?.data.code;
  const status = said?.result?.data?.status;
  const headers: Record<string, string> = {};
  for (const name of TOLD) {
    const value = response.headers.get(name);
    if (value !== null) headers[name] = value;
  }
  note({
    point: "answered",
    outcome: response.ok ? "done" : code === "OUTCOME_UNKNOWN" ? "unknown" : "refused",
    text: response.ok
      ? `Answers: ${status ?? "done"}${replayed ? ", the same bytes as before" : ""}`
      : `Answers: ${code ?? "refused"} (${response.status})`,
    detail: {
      headers,
      answer: {
        status: response.status,
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      },
    },
  });
}

function read(text: string): z.output<typeof body> | undefined {
  try {
    return body.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
