import type { Mailer } from "../receipts/mailer.ts";
import { wireMail } from "../worker/wire-mail.ts";
import { workOnReceipts } from "../worker/work-on-receipts.ts";
import { wire } from "../wiring.ts";

/**
 * The worker's part that sends receipts, as a process of its own that a test may kill at a point: the hook is here
 * and not in what ships. `node receipt-worker.ts before-send|after-send|never`
 */
const [, , killAt = "never"] = process.argv;

function mortal(mailer: Mailer): Mailer {
  const dieAt = (point: string) => {
    if (killAt === point) process.kill(process.pid, "SIGKILL");
  };
  return {
    ...mailer,
    async deliver(mail) {
      dieAt("before-send");
      await mailer.deliver(mail);
      dieAt("after-send");
    },
  };
}

const services = wire(`receipts-${process.pid}`);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const mail = await wireMail(services.pool.db);
console.log("sending receipts");
await workOnReceipts(services, mortal(mail.mailer), stop.signal);
await mail.close();
await services.pool.close();
process.exit(0);
