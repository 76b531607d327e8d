// `npm run db:migrate`, `db:reset`, `db:psql`.
import { begin, root } from "./setup/begin.mjs";

await begin(async () => {
  const [command = "", ...args] = process.argv.slice(2);
  const { runCommand } = await import("./database/run-command.ts");
  await runCommand(root, command, args);
});
