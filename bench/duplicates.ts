import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Variants } from "./measure.ts";
import { NAMES } from "./names.ts";

const PROCESSES = 4;

/** What a worker is told to do with a key. */
export interface Asked {
  way: "package" | "by hand" | "nothing";
  key: string;
}

/** One key is sent to four processes, which ask for it twice each at once; done when all eight are answered. */
export async function openDuplicates(url: string) {
  const file = fileURLToPath(new URL("./duplicate-worker.ts", import.meta.url));
  const workers = Array.from({ length: PROCESSES }, () =>
    fork(file, [url], { execArgv: ["--import", "tsx"] }),
  );
  await Promise.all(workers.map((worker) => answerOf(worker)));
  const ask = (way: Asked["way"]) => async (key: string) => {
    const answers = workers.map((worker) => answerOf(worker));
    for (const worker of workers) worker.send({ way, key } satisfies Asked);
    const texts = new Set((await Promise.all(answers)).flat());
    if (texts.size > 1) throw new Error(`Eight duplicates were given ${texts.size} answers`);
  };
  const variants: Variants = {
    [NAMES.duplicatesOfProcesses]: ask("package"),
    "its statements by hand, raw postgres.js, one for each of four processes": ask("by hand"),
    "the messages to four processes alone": ask("nothing"),
  };
  return { variants, close: () => workers.forEach((worker) => worker.kill()) };
}

async function answerOf(worker: ChildProcess): Promise<string[]> {
  const [texts] = await once(worker, "message");
  return Array.isArray(texts) ? texts.map(String) : [];
}
