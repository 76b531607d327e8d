"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../trpc/client.ts";
import type { HeldAttempt, Lane } from "../../trpc/outputs.ts";
import { wasRefused } from "../../trpc/was-refused.ts";
import { Button } from "../../ui/button.tsx";
import { Panel } from "../../ui/panel.tsx";
import { useNow } from "./use-now.ts";

/** In a payment's order. The server has the list; of the compiler we ask that none of these is another. */
export const POINTS = [
  "before-claim",
  "after-claim",
  "before-provider",
  "after-provider",
  "before-commit",
  "after-commit",
] as const satisfies readonly HeldAttempt["point"][];
export type Point = (typeof POINTS)[number];
type HeldLane = Lane["lane"] | "idempotent";

/** You are the scheduler: attempts wait at the gates, and go when they are let go. */
export function Scheduler(props: {
  runKey: string;
  lanes: readonly string[];
  points: readonly Point[];
  /** The last press sent nothing, because its gates could not be set. */
  notHeld: boolean;
  plan: string;
  charges: number;
  onPoints: (points: Point[]) => void;
  onCopy: (text: string) => void;
  /** One more request with the same key, without waiting for the first. */
  onSendMore: () => void;
}) {
  const { points, runKey } = props;
  const armed = points.length > 0;
  const held = useQuery({
    queryKey: ["lab.gates", runKey],
    queryFn: () => api.lab.gates.query({ runKey }),
    refetchInterval: 500,
    enabled: armed,
  });
  const rows = useRows(runKey, held.data);
  return (
    <Panel
      id="scheduler"
      title="You are the scheduler"
      aside={<span className="text-small text-muted">a gate opens by itself after 60 s</span>}
    >
      <fieldset className="flex flex-wrap gap-x-4">
        <legend className="mb-1 text-small text-muted">Hold every attempt at</legend>
        {POINTS.map((point) => (
          <label key={point} className="inline-flex min-h-9 items-center gap-2 text-small">
            <input
              type="checkbox"
              checked={points.includes(point)}
              onChange={() =>
                props.onPoints(POINTS.filter((one) => (one === point) !== points.includes(one)))
              }
              className="size-6"
            />
            <code className="font-mono">{point}</code>
          </label>
        ))}
      </fieldset>
      <p role="status" className="mt-2 text-small text-fail empty:hidden">
        {props.notHeld && "✕ The gates could not be set, so nothing was sent. Press Pay again."}
      </p>
      {armed && (
        <>
          <ul aria-live="polite" className="mt-2 grid gap-2">
            {rows.map((attempt) => (
              <HeldRow
                key={nameOf(attempt)}
                attempt={attempt}
                isHeld={held.data?.some((one) => nameOf(one) === nameOf(attempt)) === true}
                runKey={runKey}
              />
            ))}
          </ul>
          {held.data && rows.length === 0 && (
            <p className="mt-2 text-small text-muted">Nobody stands at a gate. Press Pay.</p>
          )}
          <div className="mt-3 flex flex-wrap gap-2">
            <Button look="quiet" onPress={props.onSendMore}>
              Send the same request once more
            </Button>
          </div>
          {props.lanes.map((lane) => (
            <Interleaving key={lane} {...props} lane={lane as HeldLane} />
          ))}
        </>
      )}
    </Panel>
  );
}

function nameOf({ lane, attempt }: HeldAttempt): string {
  return `${lane} ${attempt}`;
}

/**
 * Everybody who has stood at a gate in this run, in the order of their coming. Who has been let go keeps its row: a list
 * that closes up would take the next button from under the pointer, and the press would be lost.
 */
function useRows(runKey: string, held: HeldAttempt[] | undefined): HeldAttempt[] {
  const [seen, setSeen] = useState<{ runKey: string; rows: HeldAttempt[] }>({ runKey, rows: [] });
  const before = seen.runKey === runKey ? seen.rows : [];
  const now = held ?? [];
  const rows = [
    ...before.map((row) => now.find((one) => nameOf(one) === nameOf(row)) ?? row),
    ...now.filter((one) => !before.some((row) => nameOf(row) === nameOf(one))),
  ];
  if (rows.length !== before.length) setSeen({ runKey, rows });
  return rows;
}

function HeldRow(props: { attempt: HeldAttempt; isHeld: boolean; runKey: string }) {
  const { attempt, isHeld, runKey } = props;
  const now = useNow();
  const left = (at: string | undefined) =>
    at === undefined ? undefined : Math.max(0, (Date.parse(at) - now) / 1_000).toFixed(1);
  const lease = left(attempt.leaseUntil);
  const release = useMutation({
    networkMode: "always",
    mutationFn: (point: Point) =>
      api.lab.release.mutate({
        runKey,
        lane: attempt.lane as HeldLane,
        attempt: attempt.attempt,
        point,
      }),
  });
  return (
    <li className="flex flex-wrap items-center justify-between gap-2 rounded-lg border border-dashed border-unknown px-3 py-2">
      {/* As high as its longest words on a phone: a row that shrinks would move the next button, too. */}
      <span className="max-[700px]:min-h-[66px]">
        <strong>Attempt {attempt.attempt}</strong> ({attempt.lane}){" "}
        {isHeld ? (
          <>
            waits at <code className="font-mono text-small">{attempt.point}</code>
          </>
        ) : (
          "goes on"
        )}
        <span className="block text-small text-muted">
          {isHeld ? `the gate opens in ${left(attempt.opensAt)} s` : "it stands at no gate"}
          {isHeld &&
            lease !== undefined &&
            `; its lease ${Number(lease) > 0 ? `ends in ${lease} s` : "is over"}`}
          {isHeld &&
            release.isError &&
            release.variables === attempt.point &&
            ". That press did not get through: press again"}
        </span>
      </span>
      <Button look="quiet" waiting={!isHeld} onPress={() => release.mutate(attempt.point)}>
        Let {attempt.attempt} go
      </Button>
    </li>
  );
}

/** The order of releases as text: repeated exactly, and copied as a test. */
function Interleaving(props: {
  runKey: string;
  lane: HeldLane;
  plan: string;
  charges: number;
  onCopy: (text: string) => void;
}) {
  const { runKey, lane, plan, charges } = props;
  const [typed, setTyped] = useState("");
  const [said, setSaid] = useState("");
  const { data } = useQuery({
    queryKey: ["lab.schedule", runKey, lane],
    queryFn: () => api.lab.schedule.query({ runKey, lane }),
    refetchInterval: 1_000,
  });
  const schedule = data?.schedule ?? "";
  return (
    <div className="mt-3 grid gap-2 border-t border-line pt-3">
      <p className="text-small">
        <span className="text-muted">{lane}, as it went: </span>
        <code className="font-mono">{schedule || "nothing let go yet"}</code>
      </p>
      <div className="flex flex-wrap items-end gap-2">
        <label className="grid min-w-[200px] flex-1 gap-1 text-small font-medium">
          Let them go in this order
          <input
            value={typed}
            placeholder="A.after-claim B.before-claim"
            onChange={(event) => setTyped(event.target.value)}
            className="min-h-11 rounded-lg border border-control bg-panel px-2.5 font-mono text-small font-normal"
          />
        </label>
        <Button
          look="quiet"
          onPress={() =>
            void api.lab.replay.mutate({ runKey, lane, schedule: typed }).then(
              () => setSaid("Done, in this order."),
              (error: unknown) =>
                setSaid(
                  wasRefused(error)
                    ? `✕ ${error.message}`
                    : "? No answer: the line above says who was let go.",
                ),
            )
          }
        >
          Let go
        </Button>
        <Button
          look="quiet"
          waiting={schedule === ""}
          onPress={() =>
            void api.lab.exportSchedule.query({ lane, schedule, plan, charges }).then(
              ({ test }) => props.onCopy(test),
              () => setSaid("✕ No test was written, and nothing copied. Press again."),
            )
          }
        >
          Copy as a test
        </Button>
      </div>
      <p role="status" className="text-small text-muted empty:hidden">
        {said}
      </p>
    </div>
  );
}
