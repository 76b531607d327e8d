import { OldNumbers } from "../proof/old-numbers.tsx";
import type { ReceiptMail } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { Panel } from "../ui/panel.tsx";
import { Pill, type Tone } from "../ui/pill.tsx";
import { Deliveries } from "./deliveries.tsx";

/** The receipt's mail: where it stands, every delivery, and which promise it keeps. */
export function MailPanel(props: {
  receipt: ReceiptMail | undefined;
  lost: boolean;
  since: number;
}) {
  const { receipt } = props;
  const [tone, word] = standing(receipt);
  return (
    <Panel
      id="mail"
      title="The receipt by mail"
      aside={props.lost ? <OldNumbers lost since={props.since} /> : <Pill tone={tone}>{word}</Pill>}
    >
      {receipt?.deliveries.length ? (
        <>
          <p className="mb-3">
            <strong>{counted(receipt.deliveries.length)}</strong>,{" "}
            <strong>{receipt.effective} in effect</strong>
            {receipt.sending?.sentAt && (
              <span className="text-muted">
                {" "}
                · marked as sent at <Clock at={receipt.sending.sentAt} />
              </span>
            )}
          </p>
          <Deliveries deliveries={receipt.deliveries} />
        </>
      ) : (
        <p className="text-muted">{whyNone(receipt)}</p>
      )}
      <details className="mt-4 border-t border-line pt-3">
        <summary className="min-h-6 cursor-pointer font-medium">Which promise is this?</summary>
        <p className="mt-2 max-w-[66ch]">
          <strong>At least one delivery, one in effect.</strong> The job is enqueued in the commit
          that pays, so a paid order always has one. The worker claims the receipt, sends it, and
          marks it with one conditional statement.
        </p>
        <p className="mt-2 max-w-[66ch] text-muted">
          “Exactly one” is not on offer from anybody: the mail server and the database share no
          commit. Mark first, and a crash loses the receipt; send first, and a crash repeats it. So
          it is sent first, and each delivery carries the Message-ID that the account and the order
          give: whoever gets it twice can tell that it is one receipt.
        </p>
      </details>
    </Panel>
  );
}

function standing(receipt: ReceiptMail | undefined): [Tone, string] {
  if (receipt?.sending?.review) return ["unknown", "waits for a person"];
  if (receipt?.status === "sent") return ["ok", "sent"];
  return ["plain", "on its way"];
}

function counted(deliveries: number): string {
  return deliveries === 1 ? "1 delivery" : `${deliveries} deliveries`;
}

function whyNone(receipt: ReceiptMail | undefined): string {
  const sending = receipt?.sending;
  if (receipt === undefined) return "Asking the server…";
  if (sending?.review) return `${sending.review}. Your payment is not affected.`;
  if (sending?.via === "smtp") return "It was handed to the shop's mail server.";
  if (sending?.lastError)
    return `The mail server did not take it (${sending.lastError}). It is tried again, ${sending.attempts} times so far; your payment is not affected.`;
  return "It was enqueued together with your payment, and the worker is about to send it.";
}
