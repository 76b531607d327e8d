import { peerEffects } from "./open-pool.ts";
import { openRecorder } from "./open-recorder.ts";

export const open = openRecorder(({ key, amount }, at) => async (tx) => {
  await at("before the insert");
  await tx.insert(peerEffects).values({ key, amount });
  await at("after the insert");
});
