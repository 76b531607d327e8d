import { api } from "../trpc/client.ts";
import { type Side, type SideStory, storyOf } from "./scene.ts";

/** The last lines of a delivery are written a moment after its connection has broken. */
const looksMax = 20;
const pauseMs = 150;

/**
 * What the server, the books and the bank say of one side, once they say the same twice in a row.
 * Rejects when they cannot be asked.
 */
export async function readStory(
  orderId: string,
  side: Side,
  page: Pick<SideStory, "fetches" | "answer">,
): Promise<SideStory> {
  let before = "";
  for (let look = 1; ; look += 1) {
    const [audit, events] = await Promise.all([
      api.lab.audit.query({ orderId }),
      api.timeline.list.query({ orderId }),
    ]);
    const story = storyOf(side, { audit, events, ...page });
    const now = JSON.stringify(story);
    if (story && (now === before || look >= looksMax)) return story;
    if (look >= looksMax) throw new Error("The server knows nothing of this payment.");
    before = now;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
