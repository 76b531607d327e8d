import { api } from "../../trpc/client.ts";
import type { Lane } from "../../trpc/outputs.ts";
import type { Point } from "../panel/scheduler.tsx";

/** Sets the gates of a run in every lane that takes part, before the first request leaves. */
export async function holdAtGates(
  runKey: string,
  lanes: readonly string[],
  points: readonly Point[],
): Promise<void> {
  if (points.length === 0) return;
  await Promise.all(
    lanes.map((lane) =>
      api.lab.hold.mutate({
        runKey,
        lane: lane as Lane["lane"] | "idempotent",
        points: [...points],
      }),
    ),
  );
}
