// Read by any Node that can parse an import: an old one must reach the message below.
const FLOOR = { major: 20, minor: 19 };

/** Ends the process with what to do when this Node is older than the floor in package.json. */
export function checkNodeVersion() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > FLOOR.major || (major === FLOOR.major && minor >= FLOOR.minor)) return;
  console.error(
    `PayOnce needs Node ${FLOOR.major}.${FLOOR.minor} or newer; this is ${process.versions.node}.\n` +
      "  What to do: `nvm install` (it reads .nvmrc), or get a newer one from https://nodejs.org.",
  );
  process.exit(1);
}
