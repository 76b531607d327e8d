import { createServer } from "node:net";

/** The wanted port, or the next free one of the 20 after it, or (without a wish, or none free) any. */
export async function freePort(wanted = 0, host = "127.0.0.1"): Promise<number> {
  const wishes = wanted ? Array.from({ length: 20 }, (_, next) => wanted + next) : [];
  for (const port of [...wishes.filter((port) => port <= 65_535), 0]) {
    const free = await tryPort(port, host);
    if (free) return free;
  }
  throw new Error(
    `No port is free on ${host}. What to do: see that this machine has that address.`,
  );
}

function tryPort(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" ? address?.port : undefined));
    });
  });
}
