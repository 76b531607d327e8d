import { escapeMarkup } from "../ui/escape-markup.ts";
import { MARKS } from "./marks.ts";
import { ACTORS, type Actor, type Step } from "./step.ts";

const WIDTH = 960;
const TOP = 48;
const ROW = 34;

/** The sequence as a file of its own. @param colors the tokens' values, as the page has them now */
export function writeSvg(steps: readonly Step[], colors: (token: string) => string): string {
  const height = TOP + steps.length * ROW + 16;
  const x = (actor: Actor) => 90 + ACTORS.indexOf(actor) * ((WIDTH - 160) / (ACTORS.length - 1));
  const parts = ACTORS.map(
    (actor) =>
      `<line x1="${x(actor)}" y1="34" x2="${x(actor)}" y2="${height - 8}" stroke="${colors("line")}"/>` +
      `<text x="${x(actor)}" y="22" text-anchor="middle" fill="${colors("muted")}">${actor}</text>`,
  );
  steps.forEach((step, index) => {
    const y = TOP + index * ROW + 20;
    const { color: token, dash, glyph } = MARKS[step.mark];
    const color = colors(token);
    const [from, to] = [x(step.from), x(step.to)];
    const way = Math.sign(to - from);
    const end = step.lost && way !== 0 ? from + (to - from) * 0.7 : to;
    if (way !== 0) {
      parts.push(
        `<line x1="${from}" y1="${y}" x2="${end}" y2="${y}" stroke="${color}" stroke-width="1.75" stroke-dasharray="${dash}"/>`,
        step.lost
          ? `<text x="${end + way * 6}" y="${y + 4}" text-anchor="middle" fill="${color}">✕</text>`
          : `<path d="M${end} ${y}l${-way * 8} -4v8z" fill="${color}"/>`,
      );
    } else parts.push(`<circle cx="${from}" cy="${y}" r="4" fill="${color}"/>`);
    parts.push(
      `<text x="${Math.min(from, end) + 8}" y="${y - 6}" fill="${color}">${escapeMarkup(`${glyph} ${step.label}`)}</text>`,
      `<text x="8" y="${y + 4}" fill="${colors("muted")}">+${step.afterMs} ms</text>`,
    );
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" font-family="system-ui, sans-serif" font-size="12"><rect width="100%" height="100%" fill="${colors("panel")}"/>${parts.join("")}</svg>\n`;
}
