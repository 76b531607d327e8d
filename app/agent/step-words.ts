import type { AgentRun } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import type { Tone } from "../ui/pill.tsx";

type Step = AgentRun["steps"][number];

const titles: Record<string, string> = {
  plan: "Plan the purchase",
  reserve: "Reserve the goods",
  charge: "Charge the card",
  mail: "Mail the buyer",
  courier: "Book the courier",
  release: "Put the goods back",
};

const systems: Record<string, string> = {
  plan: "planner",
  reserve: "warehouse",
  charge: "bank",
  mail: "post",
  courier: "courier",
  release: "warehouse",
};

export function titleOf({ name }: Step): string {
  return titles[name] ?? name;
}

export function systemOf({ name }: Step): string {
  return systems[name] ?? "outside";
}

/** What is known of a step: its tone, its word, and the sentence behind it. Never "failed": nobody knows that. */
export function stateOf(step: Step): { tone: Tone; word: string; sentence: string } {
  if (step.status === "waiting") return { tone: "plain", word: "not begun", sentence: "" };
  if (step.status === "sent") {
    return {
      tone: "unknown",
      word: "sent",
      sentence: `Attempt ${step.attempt} asked for it, and nobody wrote down what came of it. The next one asks under the same step id.`,
    };
  }
  if (step.skipped) {
    return {
      tone: "replay",
      word: "skipped on resume",
      sentence: `Done by attempt ${step.attempt}. Later attempts were told its result from the record.`,
    };
  }
  return { tone: "ok", word: "recorded", sentence: `Done by attempt ${step.attempt}.` };
}

/** The result in a line, read defensively: it is another system's word. */
export function resultOf({ name, result }: Step): string {
  const told = (typeof result === "object" && result !== null ? result : {}) as Record<
    string,
    unknown
  >;
  if (name === "plan") return planOf(told);
  if (name === "charge" && told["status"] === "captured")
    return `${formatMoney(Number(told["amount"]), "EUR")} · ${String(told["providerReference"])}`;
  if (told["status"] === "declined") return `declined: ${String(told["declineCode"])}`;
  if (told["status"] === "out_of_stock") return `not enough of ${String(told["sku"])}`;
  return [told["status"], told["id"]].filter(Boolean).join(" · ");
}

function planOf(told: Record<string, unknown>): string {
  if (told["decision"] !== "buy") return String(told["because"] ?? "");
  const lines = Array.isArray(told["lines"]) ? told["lines"] : [];
  const goods = lines.map(({ quantity, name }) => `${quantity} × ${name}`).join(", ");
  return `${goods}: ${formatMoney(Number(told["total"]), "EUR")}, ${String(told["delivery"])} delivery, planned by ${String(told["planner"])}`;
}
