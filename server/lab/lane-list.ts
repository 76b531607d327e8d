import type { Lane, LaneName } from "./lane.ts";
import { answerBeforeCommit } from "./lanes/answer-before-commit.ts";
import { checkThenInsert } from "./lanes/check-then-insert.ts";
import { hashWithoutAmount } from "./lanes/hash-without-amount.ts";
import { keyPerSend } from "./lanes/key-per-send.ts";
import { lockWithoutLease } from "./lanes/lock-without-lease.ts";
import { memoryMap } from "./lanes/memory-map.ts";
import { naive } from "./lanes/naive.ts";
import { noFence } from "./lanes/no-fence.ts";
import { releaseOnError } from "./lanes/release-on-error.ts";
import { ttlTooShort } from "./lanes/ttl-too-short.ts";

/** Every lane by its name; the compiler misses none. */
export const LANE_BY_NAME: Record<LaneName, Lane> = {
  naive,
  "check-then-insert": checkThenInsert,
  "memory-map": memoryMap,
  "key-per-send": keyPerSend,
  "release-on-error": releaseOnError,
  "lock-without-lease": lockWithoutLease,
  "answer-before-commit": answerBeforeCommit,
  "ttl-too-short": ttlTooShort,
  "hash-without-amount": hashWithoutAmount,
  "no-fence": noFence,
};
