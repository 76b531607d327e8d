// A process of a probe: opens one peer and pays as it is told.
import { loadPeer } from "./list-peers.ts";
import type { FromWorker, Start, ToWorker, Trouble } from "./messages.ts";

const { file, surroundings }: Start = JSON.parse(String(process.argv[2]));
const tell = (message: FromWorker) => void process.send?.(message);

let trouble: Trouble | undefined;
let letGo = () => {};

/** Once: what a peer tries again by itself must find its way free. */
async function at(point: string): Promise<void> {
  if (trouble?.point !== point) return;
  const { what } = trouble;
  trouble = undefined;
  if (what === "throw") throw new Error(`thrown ${point}`);
  const going = new Promise<void>((resolve) => (letGo = resolve));
  tell({ held: point });
  await going;
}

const open = await loadPeer(file);
const peer = await open({ ...surroundings, at });
// A worker whose bench has died has nothing to do.
process.on("disconnect", () => process.exit(0));
process.on("message", async (message: ToWorker) => {
  if ("go" in message) return letGo();
  const { id, pay } = message;
  trouble = message.trouble;
  try {
    tell({ id, answer: await peer.pay(pay) });
  } catch (error) {
    tell({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
tell({ ready: true });
