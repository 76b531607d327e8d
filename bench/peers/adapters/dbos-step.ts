import { DBOS } from "dbos-sdk-5";
import { ANSWER, type Call, type OpenPeer } from "../peer.ts";
import { openEffects } from "./open-effects.ts";

export const open: OpenPeer = async (surroundings) => {
  DBOS.setConfig({
    name: "bench-peers",
    systemDatabaseUrl: surroundings.adminUrl,
    systemDatabaseSchemaName: "dbos5",
    logLevel: "error",
    // Who starts recovers what an executor of this name has left: as a server that is restarted.
    executorID: surroundings.instance,
    applicationVersion: "1",
  });
  const effects = openEffects({
    ...surroundings,
    at: (point) => surroundings.at(`in the step, ${point}`),
  });
  const workflow = DBOS.registerWorkflow(
    async (call: Call) => {
      await DBOS.runStep(() => effects.insert(call), { name: "charge" });
      await surroundings.at("after the step");
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
      await effects.close();
    },
  };
};
