import { type Guilty, guiltyLines } from "./guilty-lines.ts";
import { LANE_BY_NAME } from "./lane-list.ts";
import { type Lane, LANES } from "./lane.ts";

export type DescribedLane = Omit<Lane, "pay"> & { guilty: Guilty | undefined };

/** Every lane for the page, with the lines of its file that are to blame. */
export async function describeLanes(): Promise<DescribedLane[]> {
  return await Promise.all(
    LANES.map(async (name) => {
      const { pay: _pay, ...described } = LANE_BY_NAME[name];
      // A build that was shipped without its sources still has its lanes.
      return { ...described, guilty: await guiltyLines(name).catch(() => undefined) };
    }),
  );
}
