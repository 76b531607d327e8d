import type { StormReport, Violation } from "./check-history.ts";

const COLOURS = { true: "#0B6B57", false: "#B3261E", unknown: "#8A5A00" } as const;
const HEADINGS = {
  true: "✓ Valid",
  false: "✕ Not valid",
  unknown: "? No verdict",
} as const;

/** The report as one file that needs nothing else: it can be mailed, printed and read in ten years. */
export function renderReport(report: StormReport): string {
  const { valid, sentence, reasons, violations, command } = report;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${HEADINGS[valid]} · PayOnce storm</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1B1F24; background: #FBFAF7; }
  h1 { color: ${COLOURS[valid]}; }
  code, pre { font: 13px/1.5 ui-monospace, monospace; background: #FFFFFF; border: 1px solid #D8D4CB; border-radius: 6px; }
  code { padding: 2px 4px; overflow-wrap: anywhere; } pre { padding: 12px; overflow: auto; }
</style>
<h1>${HEADINGS[valid]}</h1>
<p>${escape(sentence)}</p>
${reasons.map((reason) => `<p>? ${escape(reason)}</p>`).join("\n")}
${violations.map(section).join("\n")}
<h2>Do it again</h2>
<pre>${escape(command)}</pre>
</html>
`;
}

function section({ id, sentence, orderId, witness }: Violation): string {
  return `<h2>${id}: ${escape(sentence)}</h2>
<p>Order <code>${escape(orderId)}</code></p>
<pre>${escape(JSON.stringify(witness, null, 2))}</pre>`;
}

function escape(text: string): string {
  const entities: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
  };
  return text.replaceAll(/[&<>"]/g, (character) => entities[character] ?? character);
}
