"use client";

import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Pill } from "../../ui/pill.tsx";
import { useNarrow } from "../use-narrow.ts";
import { Sheet } from "../../ui/sheet.tsx";

/** The faults: a panel where there is room, a sheet from the bottom on a phone. */
export function FaultsPlace({ count, children }: { count: number; children: ReactNode }) {
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const armed = count > 0 && <Pill tone="unknown">{count} in the plan</Pill>;
  if (!narrow)
    return (
      <Panel
        id="faults"
        title="Faults"
        aside={armed || <span className="text-small text-muted">none</span>}
      >
        {children}
      </Panel>
    );
  return (
    <>
      <div className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-panel px-4 py-3">
        <Button look="quiet" className="w-full" onPress={() => setOpen(true)}>
          Faults {count > 0 ? `(${count} in the plan)` : "(none)"}
        </Button>
      </div>
      <Sheet place="bottom" title="Faults" open={open} onOpen={setOpen}>
        {children}
      </Sheet>
    </>
  );
}
