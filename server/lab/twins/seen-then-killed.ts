import { drizzle } from "drizzle-orm/postgres-js";
import { Redis } from "ioredis";
import postgres from "postgres";
import { seenInPostgres } from "./seen-in-postgres.ts";
import { seenInRedis } from "./seen-in-redis.ts";
import { takeEventSeenWithTtl } from "./seen-with-ttl.ts";

// A consumer that is killed at the worst moment, for the test beside it: <redis|postgres> <url> <account> <event>.
const [kind, url = "", account = "", eventId = ""] = process.argv.slice(2);
const seen =
  kind === "redis"
    ? seenInRedis(new Redis(url))
    : seenInPostgres(drizzle(postgres(url, { max: 1, fetch_types: false })), account);
await takeEventSeenWithTtl(
  seen,
  eventId,
  async () => void process.kill(process.pid, "SIGKILL"),
  60_000,
);
