// Read by any Node that can parse an import: an old one must reach the message below.
const FLOOR = [20, 19];

/** Ends the process with what to do when this Node is older than the floor in package.json. */
export function checkNodeVersion() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > FLOOR[0] || (major === FLOOR[0] && minor >= FLOOR[1])) return;
  console.error(
    `PayOnce needs Node ${FLOOR.join(".")} or newer; this is ${process.versions.node}.\n` +
      "  What to do: `nvm install` (it reads .nvmrc), or get a newer one from https://nodejs.org.",
  );
  process.exit(1);
}
