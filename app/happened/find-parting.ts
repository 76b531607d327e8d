import type { Step } from "./step.ts";

/** Where two lanes stop doing the same: a place in each, and the words for it. */
export interface Parting {
  left: string;
  right: string;
  words: string;
}

/** Books that only one of them keeps are not where they part: what reaches the network or the bank is. */
const OWN_BOOKS = new Set(["after-claim", "before-commit", "after-commit", "waiting"]);

/** The first event that differs; undefined while the shorter one is the longer one's beginning and still growing. */
export function findParting(left: readonly Step[], right: readonly Step[]): Parting | undefined {
  // The bank's events come when they come: they decide only where nothing else does.
  const asked = (steps: readonly Step[]) => steps.filter(({ event }) => event.sentBy !== "bank");
  return partingOf(asked(left), asked(right)) ?? partingOf(left, right);
}

function partingOf(left: readonly Step[], right: readonly Step[]): Parting | undefined {
  const [a, b] = [left.filter(seen), right.filter(seen)];
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const [one, other] = [a[at], b[at]];
    if (one && other && kind(one) === kind(other)) continue;
    if (!one || !other) return undefined;
    return {
      left: one.event.id,
      right: other.event.id,
      words: `Here they part. ${say(left, one)} ${say(right, other)}`,
    };
  }
  return undefined;
}

function seen({ event }: Step): boolean {
  return !OWN_BOOKS.has(event.point) && event.point !== "spared";
}

function kind({ event }: Step): string {
  const fault = event.detail?.fault?.name ?? "";
  return [event.point, fault, event.outcome].join(" ");
}

function say(lane: readonly Step[], step: Step): string {
  const name = lane[0]?.event.lane ?? "";
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  return `${title}: ${lower(step.event.text)}.`;
}

function lower(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
