import postgres from "postgres";
import { measure, type Measured, type Variants } from "../measure.ts";
import { loadPeer, type PeerEntry } from "./list-peers.ts";
import type { Peer, Surroundings } from "./peer.ts";

const AMOUNT = 1998;
const LIMITS = { warmUpMs: 3_000, rounds: 25 };
/** Nothing of what is timed may end while it is replayed. */
const LEASE_MS = 600_000;
/** What HTTP costs, without any idempotency: two of the peers cannot be had without. */
const BARE_EXPRESS = "adapters/express-bare.ts";

export const FLOOR = "bare insert, raw postgres.js";
export const FLOOR_HTTP = "bare insert behind Express, over HTTP";
export const firstOf = (name: string) => `${name}: first`;
export const replayOf = (name: string) => `${name}: replay`;

/** First executions and replays of all of them in one interleaved run, in one process. */
export async function timePeers(
  entries: PeerEntry[],
  where: Pick<Surroundings, "appUrl" | "adminUrl" | "redisUrl">,
  clients: number,
): Promise<Map<string, Measured>> {
  const surroundings: Surroundings = {
    ...where,
    connections: clients,
    instance: "bench",
    leaseMs: LEASE_MS,
    at: async () => {},
  };
  const raw = postgres(where.appUrl, { max: clients, fetch_types: false });
  const variants: Variants = {
    [FLOOR]: (key) => raw`insert into peer_effects (key, amount) values (${key}, ${AMOUNT})`,
  };
  const opened: Peer[] = [];
  const open = async (file: string) => {
    const peer = await (await loadPeer(file))(surroundings);
    opened.push(peer);
    return peer;
  };
  const bare = await open(BARE_EXPRESS);
  variants[FLOOR_HTTP] = (key) => bare.pay({ key, amount: AMOUNT });
  for (const { name, file } of entries) {
    const peer = await open(file);
    let last = "";
    variants[firstOf(name)] = async (key) => {
      await peer.pay({ key, amount: AMOUNT });
      last = key;
    };
    variants[replayOf(name)] = () => peer.pay({ key: last, amount: AMOUNT });
  }
  const measured = await measure(variants, clients, LIMITS);
  for (const peer of opened) await peer.close();
  await raw.end();
  return new Map(measured.map((one) => [one.name, one]));
}
