import { api } from "../../trpc/client.ts";
import type { Lane } from "../../trpc/outputs.ts";
import type { Point } from "../panel/scheduler.tsx";

/**
 * Sets the gates of a run in every lane that takes part, before the first request leaves.
 * @returns whether they are known to be set
 */
export async function holdAtGates(
  runKey: string,
  lanes: readonly string[],
  points: readonly Point[],
): Promise<boolean> {
  if (points.length === 0) return true;
  const held = await Promise.allSettled(
    lanes.map((lane) =>
      api.lab.hold.mutate({
        runKey,
        lane: lane as Lane["lane"] | "idempotent",
        points: [...points],
      }),
    ),
  );
  return held.every(({ status }) => status === "fulfilled");
}
