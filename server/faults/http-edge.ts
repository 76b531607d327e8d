import { faultNow } from "./engine.ts";

/**
 * What the network does to one delivery: `handle` is the whole server behind it. `gone` settles when the
 * attempt died; its client then gets a dropped connection, as from a dead process.
 */
export async function httpEdge(
  handle: () => Promise<Response>,
  again: () => Promise<Response>,
  gone: Promise<void>,
): Promise<Response> {
  const early = await faultNow("delay-request");
  if (early) await pause(early.ms);
  if (await faultNow("lose-request")) return dropped();
  const twice = (await faultNow("deliver-twice")) ? again().catch(() => undefined) : undefined;
  const answer = await Promise.race([handle(), gone.then(dropped)]);
  await twice;
  const late = await faultNow("delay-response");
  if (late) await pause(late.ms);
  if (await faultNow("truncate-response")) return truncated(answer);
  if (await faultNow("lose-response")) {
    await answer.body?.cancel();
    return dropped();
  }
  return answer;
}

/** A body that fails before its first byte makes Next destroy the socket: the client sees an empty reply. */
function dropped(): Response {
  return new Response(
    new ReadableStream({
      start: (controller) => controller.error(byFault("dropped this connection")),
    }),
  );
}

async function truncated(answer: Response): Promise<Response> {
  const whole = new Uint8Array(await answer.arrayBuffer());
  const half = whole.slice(0, Math.max(1, Math.floor(whole.length / 2)));
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(half),
    async pull(controller) {
      // The half must have left before the break, or it is lost with it.
      await pause(20);
      controller.error(byFault("cut this answer"));
    },
  });
  return new Response(body, { status: answer.status, headers: answer.headers });
}

/** Of an error of this name Next prints nothing: a wall of stacks is not what a first press of Pay should show in a terminal. */
function byFault(what: string): Error {
  const error = new Error(`A fault ${what}, as asked`);
  error.name = "AbortError";
  return error;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
