import { sql } from "drizzle-orm";
import { openRecorder } from "./open-recorder.ts";

export const open = openRecorder(({ key, amount }) => [
  sql`insert into peer_effects (key, amount) select ${key}::uuid, ${amount}::bigint from done`,
]);
