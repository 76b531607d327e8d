"use client";

import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { makeKey } from "../../server/idempotency/client/index.ts";
import { pollEveryMs } from "../proof/poll-every.ts";
import { createApi } from "../trpc/client.ts";
import type { AgentRun, Outside } from "../trpc/outputs.ts";
import { keepRun, recallRun, type Whose } from "./run-record.ts";
import { sendRun, type Sent } from "./send-run.ts";

/** Of whoever this browser is now: this page tells by itself whose run it shows, and goes on as another account. */
const api = createApi("/api/trpc");
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
/** The server waits for 2 s before it says "still running": sent this early, the press is there when the lease ends. */
const EARLY_MS = 700;

export interface RunOnPage {
  key: string | undefined;
  run: AgentRun | undefined;
  outside: Outside | undefined;
  receipts: number | undefined;
  /** The last press that this page made, and what came of it. */
  sent: Sent | undefined;
  phase: "idle" | "sending" | "waiting" | "died" | "over" | "elsewhere";
  /** Whose run it is, where this browser began it under an account that it has no more. */
  begunBy: string | undefined;
  /** True while the numbers cannot be read anew. */
  old: boolean;
  begin(goal: string, plan: string): void;
  /** @param goal for a run that neither the server nor this browser knows the goal of */
  resume(goal: string, plan: string): void;
  forget(): void;
}

/**
 * The run of the address, as the server has it, and the presses that this page makes.
 * @param account that the page was made for
 */
export function useRun(initial: string | undefined, account: Whose): RunOnPage {
  const [key, setKey] = useState(initial !== undefined && UUID.test(initial) ? initial : undefined);
  const [phase, setPhase] = useState<"sending" | "waiting" | undefined>();
  const [sent, setSent] = useState<Sent>();
  // Set in the press itself: state is only there at the next paint, and two presses fit before it.
  const busy = useRef(false);

  const runs = useQuery({
    queryKey: ["agent-run", key],
    queryFn: () => readRun(key ?? ""),
    enabled: key !== undefined,
    refetchInterval: ({ state }) => (isOver(state.data?.run) ? pollEveryMs.calm : 400),
  });
  const run = runs.data?.run;
  const orderId = run?.orderId;
  const outside = useQuery({
    queryKey: ["agent-outside", orderId],
    queryFn: () => api.agent.outside.query({ orderId: orderId ?? "" }),
    enabled: orderId !== undefined,
    refetchInterval: pollEveryMs.quick,
  });
  const receipt = useQuery({
    queryKey: ["agent-receipt", orderId],
    queryFn: () => api.receipts.get.query({ orderId: orderId ?? "" }),
    enabled: orderId !== undefined && run?.steps.some(isCharged) === true,
    refetchInterval: pollEveryMs.patient,
  });

  async function press(idempotencyKey: string, goal: string, plan: string, waitMs = 0, by?: Whose) {
    if (busy.current) return;
    busy.current = true;
    setSent(undefined);
    if (waitMs > 0) {
      setPhase("waiting");
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
    setPhase("sending");
    // Another tab may have changed the account since this page was made: for the new one it would be a new run.
    const now = await accountNow();
    if (by === undefined || by.tag === now?.tag) {
      keepRun(idempotencyKey, { goal, by: now ?? account });
      // It may change once more on the way.
      setSent(await sendRun({ idempotencyKey, goal }, (now ?? account).tag, plan));
    }
    await runs.refetch();
    setPhase(undefined);
    busy.current = false;
  }

  const record = key === undefined ? undefined : recallRun(key);
  const asking = runs.data?.account;
  const isElsewhere = asking !== undefined && record !== undefined && record.by.tag !== asking.tag;
  return {
    key,
    run,
    outside: outside.data,
    receipts: receipt.data?.effective,
    sent,
    phase: phase ?? (isElsewhere ? "elsewhere" : phaseOf(key, run)),
    begunBy: record?.by.name,
    old: runs.isError || outside.isError,
    begin(goal, plan) {
      if (busy.current) return;
      const idempotencyKey = makeKey();
      setAddress(`?key=${idempotencyKey}`);
      setKey(idempotencyKey);
      void press(idempotencyKey, goal, plan);
    },
    resume(typed, plan) {
      // Until it is known whose run it is, nobody can say that it buys nothing anew.
      if (key === undefined || run === undefined || isElsewhere) return;
      const goal = run.goal ?? record?.goal ?? typed;
      void press(key, goal, plan, Math.max(0, run.leaseLeftMs - EARLY_MS), record?.by ?? account);
    },
    forget() {
      if (busy.current) return;
      setSent(undefined);
      setKey(undefined);
      setAddress(location.pathname);
    },
  };
}

/** With the account that asks now, where that account has not begun the run. */
async function readRun(idempotencyKey: string): Promise<{ run: AgentRun; account?: Whose }> {
  const run = await api.agent.get.query({ idempotencyKey });
  if (run.status !== "never_seen") return { run };
  return { run, account: await api.session.me.query() };
}

/** Undefined where the server cannot be asked. */
async function accountNow(): Promise<Whose | undefined> {
  return await api.session.me.query().then(
    ({ name, tag }) => ({ name, tag }),
    () => undefined,
  );
}

function setAddress(to: string): void {
  window.history.replaceState(null, "", to);
}

function isOver(run: AgentRun | undefined): boolean {
  return run !== undefined && ["completed", "voided", "expired"].includes(run.state);
}

function phaseOf(key: string | undefined, run: AgentRun | undefined): RunOnPage["phase"] {
  if (key === undefined) return "idle";
  return isOver(run) ? "over" : "died";
}

function isCharged({ name, status }: AgentRun["steps"][number]): boolean {
  return name === "charge" && status === "done";
}
