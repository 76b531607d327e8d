import type { Mail } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { Pill } from "../ui/pill.tsx";

const SHOWN_MAX = 20;

/** What the demo's own mailbox was handed. A second delivery of one receipt is the same receipt, and says so. */
export function MailTable({ mails }: { mails: readonly Mail[] | undefined }) {
  if (!mails) return <p className="text-muted">Asking the server…</p>;
  if (mails.length === 0) return <p className="text-muted">No receipt has been delivered yet.</p>;
  return (
    <>
      <ul className="grid gap-2">
        {mails.slice(0, SHOWN_MAX).map((mail) => (
          <li key={mail.deliveryId} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
            {mail.takesEffect ? (
              <Pill tone="ok">takes effect</Pill>
            ) : (
              <Pill tone="replay">the same again</Pill>
            )}
            <span className="min-w-0 break-words">{mail.subject}</span>
            <span className="text-small text-muted">
              <Clock at={mail.deliveredAt} /> to {mail.recipient}
            </span>
          </li>
        ))}
      </ul>
      {mails.length > SHOWN_MAX && (
        <p className="mt-2 text-small text-muted">and {mails.length - SHOWN_MAX} older ones</p>
      )}
    </>
  );
}
