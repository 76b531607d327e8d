import postgres from "postgres";
import { ANSWER, type OpenPeer } from "./peer.ts";

/** Looks, acts, then notes it down, in memory: what each probe must find out. */
export const open: OpenPeer = async ({ appUrl, connections, at }) => {
  const sql = postgres(appUrl, { max: connections, fetch_types: false });
  const answers = new Map<string, string>();
  return {
    async pay({ key, amount }) {
      const known = answers.get(key);
      if (known !== undefined) return known;
      await at("before the insert");
      await sql`insert into peer_effects (key, amount) values (${key}, ${amount})`;
      await at("after the insert");
      const answer = JSON.stringify(ANSWER);
      answers.set(key, answer);
      return answer;
    },
    close: () => sql.end(),
  };
};
