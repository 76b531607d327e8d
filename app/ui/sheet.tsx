"use client";

import { Dialog } from "radix-ui";
import { type ReactNode, type RefObject, useRef } from "react";

const places = {
  side: "inset-y-0 right-0 w-full max-w-[440px] overflow-y-auto border-l p-5",
  middle:
    "top-1/2 left-1/2 w-[min(420px,calc(100vw-32px))] max-h-[calc(100dvh-32px)] -translate-1/2 overflow-y-auto rounded-panel border p-5",
  bottom: "inset-x-0 bottom-0 max-h-[82dvh] overflow-y-auto rounded-t-2xl border-t p-4 pb-8",
} as const;

/** What lies over the page until it is closed; the focus goes back to what opened it. */
export function Sheet(props: {
  place: keyof typeof places;
  title: string;
  open: boolean;
  onOpen: (open: boolean) => void;
  /** What gets the focus; without it, the first thing that can have it. */
  first?: RefObject<HTMLElement | null>;
  children: ReactNode;
}) {
  const opener = useOpener(props.first);
  return (
    <Dialog.Root open={props.open} onOpenChange={props.onOpen}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-[rgb(0_0_0/.35)]" />
        <Dialog.Content
          {...opener}
          aria-describedby={undefined}
          className={`fixed z-40 border-line bg-panel ${places[props.place]}`}
        >
          <div className="mb-2 flex items-start justify-between gap-3">
            <Dialog.Title className="text-lead font-semibold">{props.title}</Dialog.Title>
            <Dialog.Close
              aria-label="Close"
              className="-mt-1 inline-flex size-11 shrink-0 items-center justify-center rounded-lg border border-line hover:border-control"
            >
              <span aria-hidden="true">✕</span>
            </Dialog.Close>
          </div>
          {props.children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What had the focus before any dialog was open: a dialog that replaces another one goes back there. */
let outside: Element | null = null;

/** Gives the focus back to whatever had it when a dialog without a trigger of its own was opened. */
function useOpener(first: RefObject<HTMLElement | null> | undefined) {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus(event: Event) {
      opener.current = document.activeElement;
      if (!opener.current?.closest("[role=dialog]")) outside = opener.current;
      if (!first?.current) return;
      event.preventDefault();
      first.current.focus();
    },
    onCloseAutoFocus(event: Event) {
      event.preventDefault();
      const back = opener.current?.isConnected ? opener.current : outside;
      if (back instanceof HTMLElement) back.focus();
    },
  };
}
