import { DBOS } from "@dbos-inc/dbos-sdk";
import { DrizzleDataSource } from "@dbos-inc/drizzle-datasource";
import { bigint, pgTable, uuid } from "drizzle-orm/pg-core";
import { Pool } from "pg";
import { ANSWER, type Call, type OpenPeer } from "../peer.ts";

/** Beside that of the other version. */
const SCHEMA = "dbos4";

const peerEffects = pgTable("peer_effects", {
  key: uuid().notNull(),
  amount: bigint({ mode: "number" }).notNull(),
});

export const open: OpenPeer = async ({ adminUrl, connections, instance, at }) => {
  DBOS.setConfig({
    name: "bench-peers",
    systemDatabaseUrl: adminUrl,
    systemDatabaseSchemaName: SCHEMA,
    runAdminServer: false,
    logLevel: "error",
    // Who starts recovers what an executor of this name has left: as a server that is restarted.
    executorID: instance,
    applicationVersion: "1",
  });
  const pool = new Pool({ connectionString: adminUrl, max: connections });
  const source = new DrizzleDataSource("app", pool, {}, SCHEMA);
  const insert = source.registerTransaction(
    async ({ key, amount }: Call) => {
      await source.client.insert(peerEffects).values({ key, amount });
      await at("in the transaction, after the insert");
    },
    { name: "insert" },
  );
  const workflow = DBOS.registerWorkflow(
    async (call: Call) => {
      await insert(call);
      await at("after the transaction");
      return JSON.stringify(ANSWER);
    },
    { name: "pay" },
  );
  await DBOS.launch();
  return {
    async pay(call) {
      const handle = await DBOS.startWorkflow(workflow, { workflowID: call.key })(call);
      return await handle.getResult();
    },
    async close() {
      await DBOS.shutdown({ deregister: true });
      await pool.end();
    },
  };
};
