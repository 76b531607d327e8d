import type { Database } from "../../db/client.ts";
import { replacing, rewritingStore } from "../../server/test-kit/rewriting-store.ts";
import type { Task } from "../histories/task.ts";
import { withExecute } from "../../server/test-kit/with-execute.ts";

const reading = replacing("with seen", [/where not exists \(select 1 from seen\)/, "where false"]);
const upserting = replacing(
  "with seen",
  [/from idempotency_keys where/, "from idempotency_keys where false and"],
  [/do nothing/, "do update set updated_at = clock_timestamp()"],
);

/** The claim as two statements: is the key there? And then, to whoever saw nothing: it is mine. */
export function checkThenAct(store: Database, { actor }: Task): Database {
  return withExecute(store, "with seen", async (statement) => {
    const rows = await rewritingStore(store, reading).store.execute(statement);
    if (rows.length > 0) return rows;
    await actor.meet("statement");
    return await rewritingStore(store, upserting).store.execute(statement);
  });
}
