"use client";

import { Button } from "../ui/button.tsx";
import { useHydrated } from "../ui/use-hydrated.ts";

/** The one button, at the bottom edge on a phone, and the way around it. */
export function PayBar(props: {
  total: string;
  paying: boolean;
  onPay: () => void;
  onChoose: () => void;
}) {
  const hydrated = useHydrated();
  return (
    <>
      <div className="fixed inset-x-0 bottom-0 z-10 border-t border-line bg-panel px-4 pt-3 pb-4 min-[860px]:static min-[860px]:mt-4 min-[860px]:px-0 min-[860px]:pb-0">
        <Button
          look="main"
          className="w-full"
          waiting={!hydrated || props.paying}
          describedBy="pay-note"
          onPress={props.onPay}
        >
          {props.paying ? "Paying…" : `Pay ${props.total}`}
        </Button>
        <p id="pay-note" className="mt-2 text-small text-muted">
          {hydrated
            ? "With a test Visa. One order is paid at most once."
            : "One moment: the button works as soon as the page is ready."}
        </p>
      </div>
      <button
        type="button"
        onClick={props.onChoose}
        className="mt-1 min-h-11 text-accent underline underline-offset-4"
      >
        Choose how to pay first
      </button>
    </>
  );
}
