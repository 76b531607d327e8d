"use client";

import { useState } from "react";
import { ArmedBar } from "../faults/armed-bar.tsx";
import { countFaults } from "../faults/plans.ts";
import { api } from "../trpc/client.ts";
import { useArmedTitle } from "./use-armed-title.ts";

/** The amber bar of a plan that is armed for the whole account. */
export function AccountBar({ plan, account }: { plan: string; account: string }) {
  const [armed, setArmed] = useState(plan);
  useArmedTitle(countFaults(armed));
  return (
    <ArmedBar
      plan={armed}
      scope={account}
      onDisarm={() => {
        void api.faults.set.mutate({ plan: "" }).then(() => setArmed(""));
      }}
    />
  );
}
