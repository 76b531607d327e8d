// `npm run histories -- --seed 7 --count 10000`: random histories of the real package on a PostgreSQL of its own, or on
// DATABASE_ADMIN_URL. Ends with 1 when one goes wrong, and prints the smallest list of steps that still does.
// `--rounds 50` plays so many counts in a row, each with seeds that follow the last one's.
import { parseArgs } from "node:util";
import { migrate } from "../../db/migrate.ts";
import { createTestTemplate } from "../../db/test-database.ts";
import { withThrowawayPostgres } from "../../db/throwaway-postgres.ts";
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

// oxlint-disable-next-line node/no-process-env -- a program of its own
await withThrowawayPostgres(process.env["DATABASE_ADMIN_URL"], async (adminUrl) => {
  const template = await createTestTemplate(adminUrl, migrate);
  const place = await openPlace(SOUND, template);
  const [first = 0, count = 0, rounds = 0] = [values.seed, values.count, values.rounds].map(Number);
  for (let round = 0; round < rounds && !process.exitCode; round += 1) {
    const seed = first + round * count;
    const { played, seconds, found, tally } = await runMany(place, { seed, count });
    console.log(`seeds ${seed} to ${seed + count - 1}: round ${round + 1} of ${rounds}`);
    console.log(tally.table());
    console.log(found ? report(found) : `${played} histories, nothing hurt`);
    console.log(`${seconds.toFixed(1)} s, ${Math.round(played / seconds)} histories a second`);
    process.exitCode = found ? 1 : 0;
  }
  const { user, system } = process.cpuUsage();
  console.log(`${((user + system) / 1_000_000).toFixed(1)} s of this processor`);
  await place.close();
  await template.drop();
});
process.exit();
