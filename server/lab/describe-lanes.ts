import { LANE_BY_NAME } from "./lane-list.ts";
import { type Lane, LANES } from "./lane.ts";
import { type Guilty, guiltyLines } from "./source-of.ts";

export type DescribedLane = Omit<Lane, "pay" | "receive"> & {
  /** Of the invariant that the lane is known to break. */
  guilty: Guilty | undefined;
  /** All that are marked in its file. */
  causes: Guilty[];
};

/** Every lane for the page, with the lines of its file that are to blame. */
export async function describeLanes(): Promise<DescribedLane[]> {
  return await Promise.all(
    LANES.map(async (name) => {
      const { pay: _pay, receive: _receive, ...described } = LANE_BY_NAME[name];
      // A build that was shipped without its sources still has its lanes.
      const causes = await guiltyLines(`server/lab/lanes/${name}.ts`).catch(() => []);
      const guilty = causes.find(({ cause }) => cause === described.red);
      return { ...described, guilty, causes };
    }),
  );
}
