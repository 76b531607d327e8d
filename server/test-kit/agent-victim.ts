import { runOperation } from "../trpc/operation.ts";
import { run } from "../agent/run.ts";
import { wire } from "../wiring.ts";

// An instance of its own that runs one goal and dies by SIGKILL at one point, as the kernel kills: no clean-up, no answer.
// It is told what to do in its arguments and never comes back, unless it is to die nowhere.
const [account = "", key = "", goal = "", point = "", step = ""] = process.argv.slice(2);
const services = wire("agent-victim");

// A server has called everybody before its first request. The first call of a cold process takes longer than all that
// follow, and on a busy machine than the 600 ms that a stack under test waits for a supplier.
// oxlint-disable-next-line node/no-process-env -- a program of its own
const { BANK_URL, SUPPLIERS_URL } = process.env;
for (const address of [BANK_URL, SUPPLIERS_URL])
  if (address !== undefined) await fetch(address).then((answer) => answer.text());

const recorded = await runOperation(
  {
    ...services,
    async onEvent(event) {
      await services.onEvent(event);
      if (event.point === point && (event.step ?? "") === step) {
        process.kill(process.pid, "SIGKILL");
        await new Promise(() => {});
      }
    },
  },
  run,
  { account, key, input: run.input.parse({ goal }) },
);
console.log(recorded.text);
process.exit(0);
