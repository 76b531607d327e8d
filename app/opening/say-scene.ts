import { formatMoney } from "../ui/money.ts";
import { sayCount } from "../ui/say-count.ts";
import type { SideStory } from "./scene.ts";

/** "once", "twice", "7 times". */
export function times(count: number): string {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}

/** The whole story of a side in one breath, of counted numbers alone: no number of it is known before it happened. */
export function saySide(story: SideStory, clicks: number): string {
  const { amount, currency } = story.captured;
  return [
    `You clicked ${times(clicks)}.`,
    `Your code called fetch ${times(story.fetches)}.`,
    `The server received ${sayCount(story.requests, "request")}.`,
    story.charges === 0
      ? "The card was not charged."
      : `The card was charged ${times(story.charges)}: ${formatMoney(amount, currency)}.`,
  ].join(" ");
}

/** Requests that the browser sent by itself: nobody asked it to. */
export function resendsOf({ rows }: SideStory): number {
  return rows.filter(({ sentBy }) => sentBy === "browser").length;
}

/** What the two sides together show, in one sentence; it never claims a difference that was not there. */
export function sayDifference(naive: SideStory, idempotent: SideStory): string {
  const cost = (story: SideStory) => formatMoney(story.captured.amount, story.captured.currency);
  if (naive.charges > 1 && idempotent.charges <= 1)
    return `One press. Without a payment key it cost ${cost(naive)}, with one ${cost(idempotent)}.`;
  if (naive.charges <= 1 && idempotent.charges <= 1)
    return "This time nothing came twice, so both charged at most once.";
  return `Without a key: ${cost(naive)}. With one: ${cost(idempotent)}.`;
}
