import type { ReceiptMail } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { Pill } from "../ui/pill.tsx";

/** Every mail that the demo's own inbox was handed for this order. The second of a Message-ID is the same receipt. */
export function Deliveries({ deliveries }: { deliveries: ReceiptMail["deliveries"] }) {
  return (
    <ol className="grid gap-3">
      {deliveries.map(
        ({ deliveryId, takesEffect, deliveredAt, subject, recipient, messageId, text }) => (
          <li key={deliveryId} className="min-w-0 rounded-lg border border-line">
            <div className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-3 py-2">
              <Pill tone={takesEffect ? "ok" : "replay"}>
                {takesEffect ? "takes effect" : "the same receipt again"}
              </Pill>
              <span className="text-small text-muted">
                delivered at <Clock at={deliveredAt} />
              </span>
            </div>
            <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-0.5 px-3 pt-2 text-small">
              <dt className="text-muted">Subject</dt>
              <dd className="wrap-anywhere">{subject}</dd>
              <dt className="text-muted">To</dt>
              <dd className="wrap-anywhere">{recipient}</dd>
              <dt className="text-muted">Message-ID</dt>
              <dd className="font-mono text-[12px] wrap-anywhere">{messageId}</dd>
            </dl>
            {takesEffect && (
              <pre className="px-3 pt-2 pb-3 font-mono text-[12px] leading-5 whitespace-pre-wrap wrap-anywhere">
                {text}
              </pre>
            )}
            {!takesEffect && (
              <p className="px-3 pt-1 pb-2 text-small text-muted">Same Message-ID, same text.</p>
            )}
          </li>
        ),
      )}
    </ol>
  );
}
