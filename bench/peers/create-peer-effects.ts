import postgres from "postgres";
import type { TestDatabase } from "../../db/test-database.ts";

/** Where every peer's effect goes. No rule keeps a key from having two: that is what is counted. */
export async function createPeerEffects({ adminUrl }: TestDatabase): Promise<void> {
  const admin = postgres(adminUrl, { max: 1, onnotice: () => {} });
  await admin`create table peer_effects (
    id bigint generated always as identity primary key, key uuid not null, amount bigint not null)`;
  await admin`grant select, insert on peer_effects to payonce_app`;
  await admin.end();
}
