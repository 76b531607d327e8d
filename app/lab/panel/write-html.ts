import { writeSvg } from "../../happened/write-svg.ts";
import { escapeMarkup } from "../../ui/escape-markup.ts";
import { formatMoney } from "../../ui/money.ts";
import { type Copied, writeLink } from "./write-copies.ts";

/** Nothing is fetched and nothing runs, whatever a text in it says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** A run as one file: to be mailed, kept or printed. @param colors the tokens' values, as the page has them now */
export function writeHtml(of: Copied, colors: (token: string) => string): string {
  const text = escapeMarkup;
  const events = of.steps.map(({ event }) => event);
  const facts: [string, string][] = [
    ["Plan", of.plan || "no fault"],
    ["Seed", of.seed],
    ["Order", of.orderId],
    ["Run key", of.runKey],
    ["First event", events[0]?.at ?? "none"],
    ["Again", writeLink(of)],
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${text(POLICY)}">
<meta name="viewport" content="width=device-width">
<title>${text(of.title)} · PayOnce</title>
<style>
body { max-width: 1000px; margin: 24px auto; padding: 0 16px; background: ${colors("bg")}; color: ${colors("ink")}; font: 15px/22px system-ui, sans-serif; }
dt { color: ${colors("muted")}; } dd { margin: 0 0 6px; } code, pre, dd { font-family: ui-monospace, monospace; font-size: 13px; overflow-wrap: anywhere; white-space: pre-wrap; }
table { border-collapse: collapse; } th, td { padding: 4px 12px 4px 0; text-align: left; border-bottom: 1px solid ${colors("line")}; }
figure { margin: 0; overflow-x: auto; } summary { min-height: 24px; }
</style>
</head>
<body>
<main>
<h1>${text(of.title)}</h1>
<dl>${facts.map(([name, value]) => `<dt>${text(name)}</dt><dd>${text(value)}</dd>`).join("")}</dl>
<h2>In numbers</h2>
<figure tabindex="0">${numbersTable(of)}</figure>
<h2>What happened</h2>
<figure tabindex="0">${writeSvg(of.steps, colors).replace("<svg ", '<svg role="img" aria-label="The sequence; the list below says the same" ')}</figure>
<ol>${of.steps.map(({ sentence }) => `<li>${text(sentence)}</li>`).join("\n")}</ol>
<details><summary>The events, as JSON</summary><pre>${text(JSON.stringify(events, null, 2))}</pre></details>
</main>
</body>
</html>
`;
}

function numbersTable({ numbers }: Copied): string {
  const rows = numbers.map(({ title, audit, clicks, fetches }) => {
    const captured = formatMoney(audit?.captured.amount ?? 0, audit?.captured.currency ?? "EUR");
    const cells = [title, audit?.charges ?? 0, captured, clicks, fetches];
    return `<tr>${cells.map((cell) => `<td>${escapeMarkup(String(cell))}</td>`).join("")}</tr>`;
  });
  const heads = ["Lane", "Charges (bank's journal)", "Out of pocket", "Clicks", "fetch() calls"];
  return `<table><thead><tr>${heads.map((head) => `<th scope="col">${escapeMarkup(head)}</th>`).join("")}</tr></thead><tbody>${rows.join("")}</tbody></table>`;
}
