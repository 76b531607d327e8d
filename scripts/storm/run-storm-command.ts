import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkHistory, type StormReport } from "../../server/storm/check-history.ts";
import { renderReport } from "../../server/storm/render-report.ts";
import { type Evidence, runStorm } from "../../server/storm/run-storm.ts";
import type { Sample } from "../../server/storm/sampler.ts";
import { stormSettings, type StormSettings } from "../../server/storm/settings.ts";
import { withOwnStack } from "../tests/own-stack.ts";

const USAGE = `npm run storm -- [--orders 200] [--deliveries 5] [--concurrency 20] [--seed 7] [--lane idempotent] [--plan '…']
                [--url http://127.0.0.1:3000]   a stack that runs already; without it one is started and goes away
                [--out test-results/storm]      history.ndjson, report.json, report.html`;
const EXIT = { true: 0, false: 1, unknown: 2 } as const;

/** Gives the exit code. */
export async function runStormCommand(root: string, args: string[]): Promise<number> {
  const given = readArguments(args);
  if (typeof given === "string") {
    console.error(`${given}\n\n${USAGE}`);
    return 2;
  }
  const { settings, url } = given;
  const out = given.out ?? join(root, "test-results", "storm");
  const evidence = url
    ? await storm(url, settings)
    : await withOwnStack(root, join(root, "test-results", "storm-stack.log"), ({ address }) =>
        storm(address, settings),
      );
  const report = checkHistory(evidence);
  write(out, evidence, report);
  for (const { id, sentence, orderId } of report.violations)
    console.log(`✕ ${id} order ${orderId}: ${sentence}`);
  for (const reason of report.reasons) console.log(`? ${reason}`);
  console.log(
    `\n${report.sentence} · ${(report.tookMs / 1000).toFixed(1)} s\n${out}/report.html\n${report.command}`,
  );
  return EXIT[report.valid];
}

function readArguments(
  args: string[],
): { settings: StormSettings; url: string | undefined; out: string | undefined } | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        orders: { type: "string" },
        deliveries: { type: "string" },
        concurrency: { type: "string" },
        seed: { type: "string" },
        lane: { type: "string" },
        plan: { type: "string" },
        url: { type: "string" },
        out: { type: "string" },
      },
    });
    const { url, out, lane, plan, ...counts } = values;
    const numbers = Object.fromEntries(
      Object.entries(counts).map(([name, text]) => [name, Number(text)]),
    );
    const settings = stormSettings.safeParse({
      ...numbers,
      ...(lane !== undefined && { lane }),
      ...(plan !== undefined && { plan }),
    });
    if (settings.success) return { settings: settings.data, url, out };
    return settings.error.issues
      .map((issue) => `--${issue.path.join(".")}: ${issue.message}`)
      .join("\n");
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function storm(url: string, settings: StormSettings): Promise<Evidence> {
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  let saidAt = 0;
  return await runStorm(url, settings, {
    signal: stop.signal,
    onSample(sample) {
      if (sample.t - saidAt < 1_000) return;
      saidAt = sample.t;
      console.log(line(sample));
    },
  });
}

function line({ t, sent, executed, replayed, inDoubt, charges, duplicates }: Sample): string {
  return (
    `${String(Math.round(t / 1000)).padStart(4)} s  ${sent} sent · ${executed} ran · ${replayed} replayed · ` +
    `${inDoubt} in doubt · ${charges} charges · ${duplicates} duplicate${duplicates === 1 ? "" : "s"}`
  );
}

function write(out: string, { history }: Evidence, report: StormReport): void {
  mkdirSync(out, { recursive: true });
  const lines = history.map((one) => `${JSON.stringify(one)}\n`);
  writeFileSync(join(out, "history.ndjson"), lines.join(""));
  writeFileSync(join(out, "report.json"), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(out, "report.html"), renderReport(report));
}
