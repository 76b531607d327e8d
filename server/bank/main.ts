import { startBank } from "./bank.ts";

// The sandbox provider as a program of its own. It reads its environment itself: it is nobody's module.
//   BANK_DATABASE_URL  required   BANK_PORT  4242   HOST  127.0.0.1
//   DATABASE_PREPARE   true; false behind a pooler in transaction mode
//   FAULTS             on | i-know: X-Bank-Fault is honoured
//   BANK_KEY_LIFE_HOURS  24; 0 forgets every key at once
//   BANK_WEBHOOK_URL     where events are delivered; none: told to nobody
//   BANK_WEBHOOK_SECRET  signs them, required with the address; several, separated by commas, while they are changed

function wholeEnvironment() {
  const {
    BANK_DATABASE_URL,
    BANK_PORT = "4242",
    HOST = "127.0.0.1",
    FAULTS = "off",
    DATABASE_PREPARE = "true",
    BANK_KEY_LIFE_HOURS = "24",
    BANK_WEBHOOK_URL = "",
    BANK_WEBHOOK_SECRET = "",
  } = process.env;
  if (BANK_DATABASE_URL === undefined || BANK_DATABASE_URL === "") {
    throw new Error("BANK_DATABASE_URL is not set: give the bank a role and a database of its own");
  }
  const port = Number(BANK_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`BANK_PORT is not a port: ${BANK_PORT}`);
  const keyLifeHours = Number(BANK_KEY_LIFE_HOURS);
  if (!(keyLifeHours >= 0) || !Number.isFinite(keyLifeHours)) {
    throw new Error(`BANK_KEY_LIFE_HOURS is not a number of hours: ${BANK_KEY_LIFE_HOURS}`);
  }
  const secrets = BANK_WEBHOOK_SECRET.split(",").map((secret) => secret.trim());
  if (BANK_WEBHOOK_URL !== "") {
    if (!URL.canParse(BANK_WEBHOOK_URL))
      throw new Error("BANK_WEBHOOK_URL is not an address: give one like http://127.0.0.1:3000/…");
    if (secrets.includes(""))
      throw new Error("BANK_WEBHOOK_SECRET is empty: an unsigned event could come from anybody");
  }
  return {
    databaseUrl: BANK_DATABASE_URL,
    prepare: DATABASE_PREPARE !== "false",
    host: HOST,
    port,
    faults: FAULTS === "on" || FAULTS === "i-know",
    keyLifeHours,
    ...(BANK_WEBHOOK_URL !== "" && { webhook: { url: BANK_WEBHOOK_URL, secrets } }),
  };
}

/** A crash is recoverable, limping is not: whoever started the bank starts it again, and every key is safe in Postgres. */
function die(error: unknown): never {
  console.error("bank:", error instanceof Error ? error.message : error);
  process.exit(1);
}

process.on("uncaughtException", die);
process.on("unhandledRejection", die);

const bank = await startBank(wholeEnvironment());
console.log(`bank: listening on ${bank.url}`);

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    bank.close().then(() => process.exit(0), die);
  });
}
