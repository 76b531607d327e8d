"use client";

import { type ReactNode, useEffect, useRef, useState } from "react";
import { formatClock } from "../ui/clock.tsx";
import { copyText } from "../ui/copy-text.ts";
import type { Step } from "./step.ts";
import { Sheet } from "../ui/sheet.tsx";

/** Everything the server saw at one step. */
export function Drawer(props: {
  step: Step | undefined;
  /** All of them: a replay is compared with the first answer of its key. */
  steps: readonly Step[];
  onClose: () => void;
}) {
  const { step } = props;
  return (
    <Sheet
      place="side"
      title={step?.event.text ?? "One step"}
      open={step !== undefined}
      onOpen={(open) => !open && props.onClose()}
    >
      {step && <Details step={step} steps={props.steps} />}
    </Sheet>
  );
}

function Details({ step, steps }: { step: Step; steps: readonly Step[] }) {
  const { event } = step;
  const { headers: all = {}, fingerprint, statements, answer, fault } = event.detail ?? {};
  const { "x-trace-id": trace, ...headers } = all;
  return (
    <div className="mt-3 grid gap-4">
      <p className="text-muted">{step.sentence}</p>
      <Facts
        facts={{
          when: `${formatClock(event.at)} (${event.at})`,
          lane: event.lane,
          key: event.idempotencyKey,
          fingerprint: fingerprint && `${fingerprint}…`,
          "fence (Idempotency-Attempt)": event.fence ?? undefined,
          "client's own count": event.clientAttempt ?? undefined,
          point: event.point,
        }}
      />
      {trace && (
        <Part title="Trace, as the server's log has it">
          <Trace id={trace} />
        </Part>
      )}
      {fault && (
        <Part title="Decided by the plan">
          <p>
            <code className="font-mono">{fault.entry}</code>: {fault.decision}
            {fault.happened ? ", so it happened." : ", so nothing happened."}
          </p>
        </Part>
      )}
      {Object.keys(headers).length > 0 && (
        <Part
          title={event.point === "answered" ? "Headers of the answer" : "Headers of the request"}
        >
          <Facts facts={headers} />
        </Part>
      )}
      {answer && (
        <Part title="The bytes that left">
          <Facts facts={{ status: answer.status, bytes: answer.bytes, "SHA-256": answer.sha256 }} />
          <p className="mt-2 text-small text-muted">{sayEqual(step, steps)}</p>
        </Part>
      )}
      {statements && (
        <Part title="What Postgres was asked">
          {statements.map(({ sql, rows }, index) => (
            <div key={index} className="mb-2">
              <p className="text-small text-muted">
                {rows} {rows === 1 ? "row" : "rows"}
              </p>
              <pre className="rounded-lg border border-line bg-bg p-2 font-mono text-small break-words whitespace-pre-wrap">
                {sql}
              </pre>
            </div>
          ))}
        </Part>
      )}
    </div>
  );
}

/** "first given 12:03:04, given 6 times, byte-equal": counted over the definite answers of this key and lane. */
function sayEqual(step: Step, steps: readonly Step[]): string {
  const own = steps.filter(
    ({ event }) =>
      event.detail?.answer?.status === 200 &&
      event.lane === step.event.lane &&
      event.idempotencyKey === step.event.idempotencyKey,
  );
  const first = own[0];
  if (step.event.detail?.answer?.status !== 200 || !first)
    return "Not a definite answer: it says what became of this request, not of the payment.";
  const hashes = new Set(own.map(({ event }) => event.detail?.answer?.sha256));
  const equal = hashes.size === 1 ? "byte-equal" : `${hashes.size} different answers`;
  return `First given ${formatClock(first.event.at)}, given ${own.length} times, ${equal}.`;
}

/** Its beginning is enough to look at; what is copied is all of it, and where there is no clipboard all of it is shown. */
function Trace({ id }: { id: string }) {
  const [said, setSaid] = useState("");
  const [whole, setWhole] = useState(false);
  const text = useRef<HTMLElement>(null);
  useEffect(() => {
    if (whole && text.current) getSelection()?.selectAllChildren(text.current);
  }, [whole]);
  return (
    <p className="flex flex-wrap items-center gap-x-3 text-small">
      <code ref={text} title={id} className="font-mono break-all">
        {whole ? id : `${id.slice(0, 8)}…`}
      </code>
      <button
        type="button"
        aria-label="Copy the trace"
        onClick={async () => setSaid(await copyText("", id, () => setWhole(true)))}
        className="min-h-11 rounded-lg border border-control bg-panel px-3 font-medium text-ink hover:border-accent"
      >
        Copy
      </button>
      <span aria-live="polite">{said}</span>
    </p>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h3 className="mb-1.5 text-small font-semibold text-muted">{title}</h3>
      {children}
    </section>
  );
}

function Facts({ facts }: { facts: Record<string, string | number | undefined> }) {
  return (
    <dl className="grid grid-cols-[128px_minmax(0,1fr)] gap-x-3 gap-y-1 text-small">
      {Object.entries(facts).map(
        ([name, value]) =>
          value !== undefined && (
            <div key={name} className="contents">
              <dt className="text-muted">{name}</dt>
              <dd className="font-mono break-all">{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
