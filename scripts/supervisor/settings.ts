import { createHmac, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isLoopback } from "../../server/is-loopback.ts";

/** What one stack runs with. Read once from the environment; the children get only what they need of it. */
export interface Settings {
  root: string;
  dataDir: string;
  host: string;
  /** Wanted; the next free one is taken when it is in use. */
  port: number;
  dev: boolean;
  faults: string;
  timings: string;
  /** The caller's own PostgreSQL, as its owner. Undefined: the embedded one. */
  databaseUrl: string | undefined;
}

/** Throws an Error that says what to do when the values are wrong or refused together. */
export function readSettings(root: string, dev: boolean, env = process.env): Settings {
  const settings: Settings = {
    root,
    dataDir: resolve(env.DATA_DIR || join(root, ".data")),
    host: env.HOST || "127.0.0.1",
    port: Number(env.PORT || 3000),
    dev,
    faults: env.FAULTS || "on",
    timings: env.TIMINGS || "production",
    databaseUrl: env.DATABASE_URL || undefined,
  };
  oneOf("FAULTS", settings.faults, ["on", "off", "i-know"]);
  oneOf("TIMINGS", settings.timings, ["production", "test"]);
  if (!Number.isInteger(settings.port) || settings.port < 1 || settings.port > 65_535) {
    throw new Error(`PORT is ${env.PORT}. What to do: give a number from 1 to 65535.`);
  }
  if (settings.databaseUrl) checkUrl(settings.databaseUrl);
  if (settings.faults === "on" && !isLoopback(settings.host)) {
    throw new Error(
      `HOST=${settings.host} would let anybody on that network inject faults and charge through them.\n` +
        "  What to do: FAULTS=off, or FAULTS=i-know where that is the purpose (a classroom).",
    );
  }
  return settings;
}

/**
 * The three roles' addresses on the owner's server. Their passwords follow from the owner's, so that two
 * clones on one server agree on them instead of locking each other out.
 */
export function roleUrls(adminUrl: string): { app: string; bank: string; suppliers: string } {
  const as = (role: string) => {
    const url = new URL(adminUrl);
    const key = url.password || adminUrl;
    url.username = role;
    url.password = createHmac("sha256", key).update(role).digest("base64url");
    return url.href;
  };
  return {
    app: as("payonce_app"),
    bank: as("payonce_bank"),
    suppliers: as("payonce_suppliers"),
  };
}

/**
 * A secret of this data directory, made once, readable by its owner alone: `session` signs the cookies, `webhook` the
 * bank's events.
 */
export function secretOf(dataDir: string, name: "session" | "webhook"): string {
  const file = join(dataDir, `${name}.secret`);
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(file)) {
    writeFileSync(file, `${randomBytes(48).toString("base64url")}\n`, { mode: 0o600 });
  }
  return readFileSync(file, "utf8").trim();
}

function oneOf(name: string, value: string, allowed: string[]): void {
  if (allowed.includes(value)) return;
  throw new Error(`${name} is "${value}". What to do: give one of ${allowed.join(", ")}.`);
}

function checkUrl(value: string): void {
  const good = URL.canParse(value) && /^postgres(ql)?:$/.test(new URL(value).protocol);
  if (good && new URL(value).hostname && new URL(value).pathname.length > 1) return;
  throw new Error(
    "DATABASE_URL is not an address this can use.\n" +
      "  What to do: postgres://owner:password@127.0.0.1:5432/payonce, with host and database named.",
  );
}
