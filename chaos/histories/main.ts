// `npm run histories -- --seed 7 --count 10000`: random histories of the real package on a PostgreSQL of its own, or on
// DATABASE_ADMIN_URL. Ends with 1 when one goes wrong, and prints the smallest list of steps that still does.
// `--rounds 50` plays so many counts in a row, each with seeds that follow the last one's.
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbedded } from "../../db/embedded.ts";
import { migrate } from "../../db/migrate.ts";
import { createTestTemplate } from "../../db/test-database.ts";
import { openPlace } from "./open-place.ts";
import { report, runMany } from "./run-many.ts";
import { SOUND } from "./variant.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    count: { type: "string", default: "1000" },
    rounds: { type: "string", default: "1" },
  },
});

const dataDir = mkdtempSync(join(tmpdir(), "payonce-histories-"));
chmodSync(dataDir, 0o755);
// oxlint-disable-next-line node/no-process-env -- a program of its own
const given = process.env["DATABASE_ADMIN_URL"];
const server = given ? undefined : await startEmbedded({ dataDir });
try {
  const template = await createTestTemplate(given ?? String(server?.adminUrl), migrate);
  const place = await openPlace(SOUND, template);
  const [first = 0, count = 0, rounds = 0] = [values.seed, values.count, values.rounds].map(Number);
  for (let round = 0; round < rounds && !process.exitCode; round += 1) {
    const seed = first + round * count;
    const { played, seconds, found } = await runMany(place, { seed, count });
    console.log(`seeds ${seed} to ${seed + count - 1}: round ${round + 1} of ${rounds}`);
    console.log(found ? report(found) : `${played} histories, nothing hurt`);
    console.log(`${seconds.toFixed(1)} s, ${Math.round(played / seconds)} histories a second`);
    process.exitCode = found ? 1 : 0;
  }
  const { user, system } = process.cpuUsage();
  console.log(`${((user + system) / 1_000_000).toFixed(1)} s of this processor`);
  await place.close();
  await template.drop();
} finally {
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
process.exit();
