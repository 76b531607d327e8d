import { runOnce } from "../../server/idempotency/index.ts";
import { replacing } from "../../server/test-kit/rewriting-store.ts";
import { Actor } from "../histories/actor.ts";
import type { Answer } from "../histories/variant.ts";
import type { KnownBad } from "./known-bad.ts";
import { withExecute } from "../../server/test-kit/with-execute.ts";

const FENCED: [RegExp, string] = [/and fence = \$\d+ and state = 'in_progress'/, ""];
const K_FENCED: [RegExp, string] = [/and k\.fence = \$\d+ and k\.state = 'in_progress'/, ""];

/** What is wrong with writing down what came of it. */
export const COMMITS: KnownBad[] = [
  {
    name: "no fence in the commit",
    hurts: ["S10"],
    rewrite: replacing("set state = 'completed'", FENCED),
  },
  {
    name: "no fence in the mark before a send",
    hurts: ["S10"],
    rewrite: replacing("with locked", FENCED, K_FENCED),
  },
  {
    name: "no fence when an attempt gives up",
    seed: 1450,
    hurts: ["S7", "S10"],
    rewrite: replacing("array_remove", FENCED, K_FENCED),
  },
  {
    name: "a release that does not ask whether a call is open",
    hurts: ["S14", "S5"],
    rewrite: replacing(
      "array_remove",
      [/case when open\.something then 'unknown' else 'released' end/, "'released'"],
      [/holds = open\.something and/, "holds = false and"],
    ),
  },
  {
    name: "the answer is kept as jsonb",
    hurts: ["S2"],
    rewrite: replacing("set state = 'completed'", [
      /answer = (\$\d+)/,
      "answer = $1::text::jsonb::text",
    ]),
  },
  {
    name: "the answer goes out before its commit",
    hurts: ["refusal", "S3", "S2"],
    async run(run, { world, who }) {
      const owed: (() => Promise<unknown>)[] = [];
      const store = withExecute(run.store, "set state = 'completed'", async (statement) => {
        owed.push(() => world.db.execute(statement));
        return [{ done: 1 }];
      });
      const recorded = await runOnce<Answer>({ ...run, store });
      for (const pay of owed) {
        const late = new Actor(`${who}'s commit`);
        world.actors.set(late.name, late);
        void late.start(async () => {
          await late.meet("statement");
          await pay().catch(() => undefined);
        });
      }
      return recorded;
    },
  },
];
