"use client";

import { useEffect, useState } from "react";
import { readDraft, writeDraft } from "./draft.ts";

/** The fault plan of this order's payments, "" when none; and how to take it away. */
export function useArmedPlan(orderId: string): { plan: string; disarm: () => void } {
  const [plan, setPlan] = useState("");
  useEffect(() => setPlan(readDraft(orderId)?.faultPlan ?? ""), [orderId]);
  function disarm() {
    const draft = readDraft(orderId);
    if (draft) writeDraft(orderId, { ...draft, faultPlan: "" });
    setPlan("");
  }
  return { plan, disarm };
}
