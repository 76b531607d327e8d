"use client";

import { useState } from "react";
import { ArmedBar } from "../faults/armed-bar.tsx";
import { countFaults } from "../faults/plans.ts";
import { api } from "../trpc/client.ts";
import { wasRefused } from "../trpc/was-refused.ts";
import { useArmedTitle } from "./use-armed-title.ts";

/** The amber bar of a plan that is armed for the whole account. */
export function AccountBar({ plan, account }: { plan: string; account: string }) {
  const [armed, setArmed] = useState(plan);
  const [said, setSaid] = useState("");
  useArmedTitle(countFaults(armed));
  return (
    <ArmedBar
      plan={armed}
      scope={account}
      said={said}
      onDisarm={() => {
        setSaid("");
        void api.faults.set.mutate({ plan: "" }).then(
          () => setArmed(""),
          (error: unknown) =>
            setSaid(
              wasRefused(error)
                ? "✕ Refused, so nothing changed: they are still armed."
                : "? No answer: they may be armed still. Press Disarm again.",
            ),
        );
      }}
    />
  );
}
