import type { Step } from "./step.ts";

/** Where a fault strikes, and what is written there. A chance that passed is a small note at the same place. */
export function placeFault(
  name: string,
  happened: boolean,
): Pick<Step, "from" | "to" | "mark" | "label" | "lost"> {
  const place = strikes(name);
  if (happened) return { ...place, mark: "unknown" };
  return { from: place.from, to: place.from, mark: "note", label: `${name} passed`, lost: false };
}

function strikes(name: string): Pick<Step, "from" | "to" | "label" | "lost"> {
  if (name === "lose-request")
    return { from: "Browser", to: "Network", label: "request lost", lost: true };
  if (name === "lose-response")
    return { from: "Server", to: "Network", label: "answer lost", lost: true };
  if (name === "truncate-response")
    return { from: "Server", to: "Network", label: "half an answer", lost: true };
  if (name.startsWith("delay") || name === "deliver-twice")
    return at("Network", name === "deliver-twice" ? "delivered twice" : "held back");
  if (name.startsWith("crash")) return at("Server", "the process dies");
  if (name.startsWith("stall")) return at("Server", "the process freezes");
  if (name === "provider-unreachable")
    return { from: "Server", to: "Bank", label: "not reachable", lost: true };
  if (name.startsWith("provider"))
    return { from: "Bank", to: "Server", label: name.slice("provider-".length), lost: true };
  if (name.startsWith("database"))
    return { from: "Server", to: "Postgres", label: "connection dies", lost: true };
  if (name.startsWith("webhook"))
    return {
      from: "Bank",
      to: "Network",
      label: name.slice("webhook-".length),
      lost: name === "webhook-lost",
    };
  return at("Server", name);
}

function at(actor: Step["from"], label: string) {
  return { from: actor, to: actor, label, lost: true };
}
