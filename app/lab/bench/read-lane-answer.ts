import type { LaneState } from "./lane-client.ts";

/** What an answer of `lab.pay` tells its customer. Anything that is not one says nothing about the money. */
export function readLaneAnswer(status: number, text: string): LaneState {
  const body = parse(text);
  const data = at(at(body, "result"), "data");
  if (at(data, "status") === "paid")
    return {
      at: "paid",
      amount: Number(at(data, "amount")),
      currency: String(at(data, "currency")),
    };
  if (at(data, "status") === "declined")
    return { at: "declined", code: String(at(data, "declineCode")) };
  const error = at(body, "error");
  const said = String(at(error, "message") ?? "");
  const code = at(at(at(error, "data"), "idempotency"), "code") ?? at(at(error, "data"), "code");
  if (status >= 500 || status === 0 || error === undefined) {
    const released = code === "RELEASED" || code === "STORE_UNAVAILABLE";
    return released ? { at: "refused", code: String(code), said } : { at: "unknown-naive", said };
  }
  return { at: "refused", code: String(code ?? status), said };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function at(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
