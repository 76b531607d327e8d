import type { Lane, LaneName } from "./lane.ts";
import { naive } from "./lanes/naive.ts";

/** Every lane by its name; the compiler misses none. */
export const LANE_BY_NAME: Record<LaneName, Lane> = { naive };
