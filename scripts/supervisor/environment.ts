import type { Settings } from "./settings.ts";

/** What the caller's environment may say to every process: never the owner's address or another stack's ports. */
export function inherited(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of [
    "DATABASE_URL",
    "DATABASE_ADMIN_URL",
    "BANK_DATABASE_URL",
    "BANK_URL",
    "SUPPLIERS_DATABASE_URL",
    "SUPPLIERS_URL",
  ]) {
    delete env[name];
  }
  for (const name of ["SESSION_SECRET", "BANK_WEBHOOK_URL", "BANK_WEBHOOK_SECRET"]) {
    delete env[name];
  }
  return env;
}

export function stackWide({ dev, faults, timings }: Settings) {
  return {
    NODE_ENV: dev ? ("development" as const) : ("production" as const),
    FAULTS: faults,
    TIMINGS: timings,
    NEXT_TELEMETRY_DISABLED: "1",
  };
}

/** A build reads nothing that runs: placeholders satisfy env.ts and keep every secret out of the bundle. */
export function buildEnvironment(settings: Settings): NodeJS.ProcessEnv {
  return {
    ...inherited(),
    ...stackWide(settings),
    DATABASE_URL: "postgres://build@127.0.0.1:1/build",
    BANK_URL: "http://127.0.0.1:1",
    SESSION_SECRET: "placeholder-while-building-never-signs-anything",
    DATA_DIR: settings.dataDir,
    HOST: settings.host,
    PORT: String(settings.port),
  };
}
