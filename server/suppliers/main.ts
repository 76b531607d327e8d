import { startSuppliers } from "./suppliers.ts";

// Warehouse, post and courier as a program of its own. It reads its environment itself: it is nobody's module.
//   SUPPLIERS_DATABASE_URL  required   SUPPLIERS_PORT  4343   HOST  127.0.0.1
//   DATABASE_PREPARE        true; false behind a pooler in transaction mode
//   FAULTS                  on | i-know: X-Supplier-Fault is honoured

function wholeEnvironment() {
  const {
    SUPPLIERS_DATABASE_URL,
    SUPPLIERS_PORT = "4343",
    HOST = "127.0.0.1",
    FAULTS = "off",
    DATABASE_PREPARE = "true",
  } = process.env;
  if (SUPPLIERS_DATABASE_URL === undefined || SUPPLIERS_DATABASE_URL === "") {
    throw new Error(
      "SUPPLIERS_DATABASE_URL is not set: give them a role and a schema of their own",
    );
  }
  const port = Number(SUPPLIERS_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`SUPPLIERS_PORT is not a port: ${SUPPLIERS_PORT}`);
  const faults = FAULTS === "on" || FAULTS === "i-know";
  const prepare = DATABASE_PREPARE !== "false";
  return { databaseUrl: SUPPLIERS_DATABASE_URL, prepare, host: HOST, port, faults };
}

/** A crash is recoverable, limping is not: whoever started them starts them again, and every key is safe in Postgres. */
function die(error: unknown): never {
  console.error("suppliers:", error instanceof Error ? error.message : error);
  process.exit(1);
}

process.on("uncaughtException", die);
process.on("unhandledRejection", die);

const suppliers = await startSuppliers(wholeEnvironment());
console.log(`suppliers: listening on ${suppliers.url}`);

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    suppliers.close().then(() => process.exit(0), die);
  });
}
