"use client";

import { useState } from "react";
import { api } from "../../trpc/client.ts";
import { Button } from "../../ui/button.tsx";
import { Sheet } from "../../ui/sheet.tsx";
import type { OverlayProps } from "./overlay-props.ts";

/** A run of the agent that this browser began: under another account the same key would buy again. */
const KEPT = /^payonce\.(keys$|agent\.)/;

/** Asks, and says what it does and what it cannot do: a ledger deletes nothing. */
export default function ResetAccount({ faults, open, onOpen }: OverlayProps) {
  const [state, setState] = useState<"asks" | "works" | "refused">("asks");

  async function reset() {
    setState("works");
    try {
      if (faults) {
        await api.faults.set.mutate({ plan: "" });
        await api.lab.reset.mutate();
      }
      await api.session.leave.mutate();
    } catch {
      return setState("refused");
    }
    forget(localStorage);
    forget(sessionStorage);
    location.assign("/");
  }

  return (
    <Sheet place="middle" title="Reset the account?" open={open} onOpen={onOpen}>
      <p>
        This browser gets a new account and forgets its orders and their keys
        {faults && "; faults are disarmed, and the experiments of the lab are deleted"}.
      </p>
      <p className="mt-2 text-muted">
        What was paid stays paid, and stays in the books: a ledger deletes nothing. A payment that
        is under way goes on by itself, and is charged at most once.
      </p>
      <p role="status" className="mt-2 text-fail empty:hidden">
        {state === "refused" && "✕ The server did not do it. Your account is kept."}
      </p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button look="quiet" onPress={() => onOpen(false)}>
          Keep it
        </Button>
        <Button look="main" waiting={state === "works"} onPress={() => void reset()}>
          Reset
        </Button>
      </div>
    </Sheet>
  );
}

function forget(storage: Storage) {
  for (const name of Object.keys(storage))
    if (name.startsWith("payonce.") && !KEPT.test(name)) storage.removeItem(name);
}
