// `node scripts/mcp.mjs` (or `npm --silent run mcp`): the shop's tools over stdio, for an agent on this machine. What it says
// on standard output is the protocol and nothing else, so nothing is installed here: `npm run demo` has done that.
import { register } from "tsx/esm/api";

register();
const { runMcp } = await import("./mcp/run-mcp.ts");
await runMcp();
