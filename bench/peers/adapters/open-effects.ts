import postgres from "postgres";
import type { Call, Surroundings } from "../peer.ts";

/** The effect of peers that know nothing of its database: one row, in a commit of its own, as cheaply as can be. */
export function openEffects({ appUrl, connections, at }: Surroundings) {
  const sql = postgres(appUrl, { max: connections, fetch_types: false });
  return {
    async insert({ key, amount }: Call): Promise<void> {
      await at("before the insert");
      await sql`insert into peer_effects (key, amount) values (${key}, ${amount})`;
      await at("after the insert");
    },
    close: () => sql.end(),
  };
}
