import type { Property } from "../histories/witness.ts";
import type { Variant } from "../histories/variant.ts";

export interface KnownBad extends Variant {
  /** What somebody would have to have done. */
  name: string;
  /** Which property it hurts first; several where that is up to the seed. As in docs/known-bad.md. */
  hurts: readonly Property[];
  /** Where to begin, for the few that take more than a hundred histories to be seen. */
  seed?: number;
}
