"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { OldNumbers } from "../proof/old-numbers.tsx";
import { Timeline } from "../proof/timeline.tsx";
import { api } from "../trpc/client.ts";
import type { IntentRows } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { Panel } from "../ui/panel.tsx";
import { Pill, type Tone } from "../ui/pill.tsx";
import { Rows } from "./rows.tsx";

const everyMs = 2_000;

const tones: Record<string, Tone> = {
  completed: "ok",
  in_progress: "plain",
  unknown: "unknown",
  needs_review: "unknown",
};

/** Everything that is written down about one intent: its row, its steps, the stored bytes, what they came with, and the story. */
export function IntentPanel(props: { idempotencyKey: string; className?: string }) {
  const { idempotencyKey } = props;
  const intent = useQuery({
    queryKey: ["intent", idempotencyKey],
    queryFn: () => api.audit.intent.query({ idempotencyKey }),
    refetchInterval: everyMs,
  });
  const events = useQuery({
    queryKey: ["events", idempotencyKey],
    queryFn: () => api.timeline.list.query({ idempotencyKey }),
    refetchInterval: everyMs,
  });
  const key = intent.data?.key;
  const state = String(key?.["state"] ?? "");
  return (
    <Panel
      id="intent"
      title={
        <>
          Intent <code className="font-mono">…{idempotencyKey.slice(-4)}</code>
        </>
      }
      {...(props.className !== undefined && { className: props.className })}
      aside={
        <span className="flex flex-wrap items-center gap-2">
          <OldNumbers lost={intent.isError} since={intent.dataUpdatedAt} />
          {key && <Pill tone={tones[state] ?? "plain"}>{state.replace("_", " ")}</Pill>}
          <Link
            href="/ledger"
            className="inline-flex min-h-6 items-center text-small text-accent underline underline-offset-4"
          >
            Close
          </Link>
        </span>
      }
    >
      {intent.data === undefined ? (
        <p className="text-muted">
          {intent.isError ? "This is no key, or nobody answers." : "Asking the server…"}
        </p>
      ) : key === undefined ? (
        <p className="text-muted">
          This account has no row of that key. That is no proof that nothing was sent: a request may
          still be under way.
        </p>
      ) : (
        <div className="grid gap-4 min-[860px]:grid-cols-2">
          <div className="grid min-w-0 content-start gap-4">
            <Rows table="idempotency_keys" rows={[key]} />
            <Rows table="idempotency_steps" rows={intent.data.steps} />
          </div>
          <div className="grid min-w-0 content-start gap-4">
            <StoredAnswer answer={intent.data.answer} replays={replaysOf(events.data)} />
            {intent.data.effects
              .filter(({ rows }) => rows.length > 0)
              .map(({ table, rows }) => (
                <Rows key={table} table={table} rows={rows} />
              ))}
            <section aria-label="What happened" className="min-w-0">
              <h3 className="mb-1 font-medium">What happened</h3>
              <Timeline events={events.data} sent />
            </section>
          </div>
        </div>
      )}
    </Panel>
  );
}

function replaysOf(events: readonly { point: string }[] | undefined): number {
  return events?.filter(({ point }) => point === "replayed").length ?? 0;
}

function StoredAnswer({ answer, replays }: { answer: IntentRows["answer"]; replays: number }) {
  return (
    <section aria-label="The stored answer" className="min-w-0">
      <h3 className="font-medium">The stored answer</h3>
      {answer === undefined ? (
        <p className="text-small text-muted">None yet: this intent has not ended with an answer.</p>
      ) : (
        <>
          <pre className="mt-1 rounded-lg border border-line bg-bg p-2 font-mono text-[12px] leading-5 break-all whitespace-pre-wrap">
            {answer.text}
          </pre>
          <p className="mt-1 text-small text-muted">
            {answer.bytes} bytes, stored at <Clock at={answer.storedAt} />, replayed{" "}
            {replays === 1 ? "once" : `${replays} times`}. SHA-256{" "}
            <code className="font-mono text-[12px] break-all">{answer.sha256}</code>
          </p>
        </>
      )}
    </section>
  );
}
