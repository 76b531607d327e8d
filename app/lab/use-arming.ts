"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { api } from "../trpc/client.ts";
import { wasRefused } from "../trpc/was-refused.ts";

/** The account's own plan: armed for whatever is bought in it, for 15 idle minutes. A run alone sends its plan with itself. */
export function useArming() {
  const [said, setSaid] = useState("");
  const router = useRouter();

  /** @returns whether it is known to be done */
  async function arm(plan: string): Promise<boolean> {
    setSaid("");
    try {
      await api.faults.set.mutate({ plan });
    } catch (error) {
      setSaid(
        wasRefused(error)
          ? "✕ That was refused; nothing changed."
          : `? No answer: it may be ${plan === "" ? "disarmed" : "armed"} by now, or not. Press again.`,
      );
      return false;
    }
    setSaid(plan === "" ? "Disarmed." : "Armed for your account. It ends after 15 idle minutes.");
    // The amber bar is the layout's, and the layout is the server's.
    router.refresh();
    return true;
  }

  return { said, arm };
}
