"use client";

import { Dialog } from "radix-ui";
import { type ReactNode, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { Pill } from "../../ui/pill.tsx";
import { useNarrow } from "../use-narrow.ts";
import { useOpener } from "../../ui/use-opener.ts";

/** The faults: a panel where there is room, a sheet from the bottom on a phone. */
export function FaultsPlace({ count, children }: { count: number; children: ReactNode }) {
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const opener = useOpener();
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
    <Dialog.Root open={open} onOpenChange={setOpen}>
      <div className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-panel px-4 py-3">
        <Button look="quiet" className="w-full" onPress={() => setOpen(true)}>
          Faults {count > 0 ? `(${count} in the plan)` : "(none)"}
        </Button>
      </div>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-[rgb(0_0_0/.35)]" />
        <Dialog.Content
          {...opener}
          aria-describedby={undefined}
          className="fixed inset-x-0 bottom-0 z-40 max-h-[82dvh] overflow-y-auto rounded-t-2xl border-t border-line bg-panel p-4 pb-8"
        >
          <div className="mb-2 flex items-center justify-between">
            <Dialog.Title className="text-lead font-semibold">Faults</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="inline-flex size-11 items-center justify-center rounded-lg border border-line"
            >
              <span aria-hidden="true">✕</span>
            </Dialog.Close>
          </div>
          {children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
