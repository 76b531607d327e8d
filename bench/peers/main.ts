// What others offer, beside ours: `npm run bench:peers`, in some ten minutes. Writes bench/PEERS.md.
// On a PostgreSQL of its own, fsync on. Peers that need Redis get that of REDIS_URL or a redis-server from the PATH.
// With names as arguments, only the probes of peers whose name has one of them are run, and nothing is written.
import { loadavg } from "node:os";
import postgres from "postgres";
import { migrate } from "../../db/migrate.ts";
import { createTestDatabase, createTestTemplate } from "../../db/test-database.ts";
import { withThrowawayPostgres } from "../../db/throwaway-postgres.ts";
import { writePage } from "../write-page.ts";
import { redisAtHand } from "../../server/test-kit/redis-server.ts";
import { createPeerEffects } from "./create-peer-effects.ts";
import { type PeerEntry, PEERS } from "./list-peers.ts";
import { type Guarantees, probe } from "./probes.ts";
import { report } from "./report.ts";
import { timePeers } from "./time-peers.ts";

const wanted = process.argv.slice(2);
// oxlint-disable-next-line node/no-process-env -- a program of its own
const atHand = redisAtHand(process.env["REDIS_URL"]);
const redis = await atHand.start?.();
await withThrowawayPostgres(undefined, async (ownerUrl) => {
  const template = await createTestTemplate(ownerUrl, migrate);
  const database = await createTestDatabase(template);
  await createPeerEffects(database);
  const { appUrl, adminUrl } = database;
  const where = { appUrl, adminUrl, redisUrl: redis?.url };
  const sql = postgres(appUrl, { max: 1, fetch_types: false });

  const found = new Map<PeerEntry, Guarantees | string>();
  const named = ({ name }: PeerEntry) =>
    wanted.length === 0 || wanted.some((part) => name.toLowerCase().includes(part.toLowerCase()));
  for (const entry of PEERS.filter(named)) {
    console.log(`${entry.name} …`);
    const guarantees = await look(entry);
    console.log(JSON.stringify(guarantees));
    found.set(entry, guarantees);
  }
  if (wanted.length === 0) {
    const ran = [...found].flatMap(([entry, it]) => (typeof it === "string" ? [] : [entry]));
    // Before the measurement, of which the load is made as well.
    const loadBefore = loadavg()[0] ?? 0;
    const one = await timePeers(ran, where, 1);
    const many = await timePeers(ran, where, 16);
    const [version] = await sql`show server_version`;
    const text = report({
      found,
      one,
      many,
      loadBefore,
      postgres: String(version?.["server_version"]),
      redis: atHand.what,
    });
    console.log(text);
    await writePage("PEERS.md", text);
  }
  await sql.end();
  await database.drop();
  await template.drop();

  async function look(entry: PeerEntry): Promise<Guarantees | string> {
    if (entry.missing) return entry.missing;
    if (entry.needsRedis && redis === undefined) return "no redis-server found";
    try {
      return await probe({ sql, entry, where });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
}).finally(() => redis?.stop());
process.exit(0);
