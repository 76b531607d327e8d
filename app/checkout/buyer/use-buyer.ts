"use client";

import { useEffect, useState } from "react";
import type { Order } from "../../trpc/outputs.ts";
import { emailProblem } from "./email-problem.ts";
import { looksLikeCard } from "./looks-like-card.ts";

const nameKept = "payonce.buyer.name";
export const cardSentence =
  "That looks like a card number. Please don't type one here; we cleared the field.";

export type FieldName = "email" | "name";

/**
 * Who buys, as far as they like to say. The email goes with the order, never with the payment, so that a mended typing
 * error cannot change what a key stands for; the name stays in this browser.
 */
export function useBuyer(order: Order | null | undefined) {
  const [typed, setTyped] = useState<string | null>(null);
  const [name, setName] = useState("");
  const [problems, setProblems] = useState<Partial<Record<FieldName, string>>>({});
  const [submitted, setSubmitted] = useState(false);
  const saved = order?.email ?? "";
  const email = typed ?? saved;

  useEffect(() => {
    try {
      setName(localStorage.getItem(nameKept) ?? "");
    } catch {
      // A browser that keeps nothing asks again.
    }
  }, []);

  function note(field: FieldName, problem: string) {
    setProblems((now) => ({ ...now, [field]: problem }));
  }

  function focus(field: FieldName) {
    document.getElementById(`buyer-${field}`)?.focus();
  }

  return {
    email,
    name,
    problems,
    focus,
    /** The list on top: only after a press of Pay that was not sent. */
    summary: submitted
      ? (["email", "name"] as const).filter((field) => problems[field])
      : ([] as FieldName[]),
    /** Never judges while somebody types; only what must not stay in a field at all is taken out at once. */
    type(field: FieldName, text: string) {
      const card = looksLikeCard(text);
      note(field, card ? cardSentence : "");
      if (field === "email") return setTyped(card ? "" : text);
      setName(card ? "" : text);
    },
    leave(field: FieldName) {
      if (field === "email" && problems.email !== cardSentence)
        note("email", emailProblem(email.trim()));
      if (field === "name") keepName(name);
    },
    /** Pay was pressed: may it be sent? If not, the focus is on the field that keeps it. */
    check(): boolean {
      const problem = emailProblem(email.trim());
      setSubmitted(problem !== "");
      note("email", problem);
      if (problem !== "") focus("email");
      return problem === "";
    },
    /** The address to save before paying; undefined when the order has it already. */
    unsaved: email.trim() === saved ? undefined : email.trim(),
  };
}

export type Buyer = ReturnType<typeof useBuyer>;

function keepName(name: string) {
  try {
    localStorage.setItem(nameKept, name);
  } catch {
    // Comfort only.
  }
}
