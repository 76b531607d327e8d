import type { Metadata } from "next";
import { readSession } from "../trpc/server-reads.ts";
import { AgentView } from "./agent-view.tsx";

export const metadata: Metadata = { title: "Agent" };

/** One run of the shop's agent, step by step. `?key=` shows a run of this account. */
export default async function AgentPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const [{ key }, { name, tag, faults }] = await Promise.all([searchParams, readSession()]);
  return (
    <main id="main" className="mx-auto max-w-[1180px] px-4 pt-6 pb-12">
      <h1 className="text-heading font-semibold">Agent</h1>
      <p className="mt-1 mb-5 max-w-[66ch] text-muted">
        A goal becomes five steps in four outside systems. Each step is recorded before the next one
        begins, in the same table that a payment has its one step in: a key and its recorded steps.
        A run that dies is resumed behind the last recorded step.
      </p>
      <AgentView
        faults={faults}
        account={{ name, tag }}
        runKey={typeof key === "string" ? key : undefined}
      />
    </main>
  );
}
