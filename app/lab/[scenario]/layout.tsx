import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { readLab } from "../../trpc/server-reads.ts";

/** Whether there is such a scenario is decided here: behind the skeleton the answer would be a 200 already. */
export default async function ScenarioLayout(props: {
  children: ReactNode;
  params: Promise<{ scenario: string }>;
}) {
  const [{ scenario }, lab] = await Promise.all([props.params, readLab()]);
  if (lab && !lab.presets.some(({ id }) => id === scenario)) notFound();
  return props.children;
}
