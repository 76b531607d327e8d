import { NUMBERS } from "./numbers.ts";
import type { PlanRequest } from "./planner.ts";

/** "1,000.50", "30,5", "30": whole, and never a part of a longer number. */
const NUMBER = String.raw`(?<!\d[\s.,'’]?)(?:\d{1,3}(?:[.,]\d{3})+|\d{1,7})(?:[.,]\d{1,2})?(?![.,]?\d)`;
const EURO = String.raw`(?:€|(?<![a-z])eur(?:os?)?(?![a-z]))`;
const MONEY = String.raw`(?:${EURO}\s*${NUMBER}(?!\w)|${NUMBER}\s*-?\s*${EURO})`;

const NO_MORE = String.raw`(?:\b(?:no|not|never|cannot)|n['’]t)\s+(?:\w+\s+)?(?:more\s+than|over|above|beyond|exceed(?:ing)?)`;
const SURELY = String.raw`(?:${NO_MORE}|\b(?:at\s+(?:the\s+)?most|less\s+than|maximum|limit|budget|spend)\b)`;
const LIMIT = String.raw`(?:${SURELY}|[<≤‹]|\b(?:under|below|cheaper\s+than|up\s+to|max|limited|capped|cap|within|tops|or\s+less)\b)`;
const LINK = String.raw`[\s.:=–-]*(?:\b(?:of|is|at|to)\b[\s:=]*)?`;
const AMOUNT = new RegExp(`(?:${LIMIT}${LINK})?${MONEY}|${LIMIT}${LINK}${NUMBER}(?!\\w)`, "gi");

const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g;
const MEASURES = String.raw`(?:business\s+|working\s+)?(?:minute|hour|day|week|month)|k?g`;
// Not "one", which is mostly no number: "a blue one".
const ANY_NUMBER = new RegExp(
  String.raw`\p{N}|\b(?:${NUMBERS.slice(2).join("|")}|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|hundred|thousand|dozen|fiver|tenner|grand)\b|\b(?:twen|thir|for|fif|six|seven|eigh|nine)ty`,
  "iu",
);
const OF_MONEY =
  /[€$£¥]|(?<![a-z])(?:eur(?:os?)?|usd|dollars?|bucks?|gbp|pounds?|quid|chf|francs?|cents?)(?![a-z])/i;

/**
 * The most that a goal allows to be spent, in minor units of EUR: the least of its amounts, where it names a limit at all;
 * undefined where it names neither. A bare number right behind a word of a limit is money, unless it counts goods or
 * days. "unclear" is a goal that speaks of money or of a limit and does not say how much in words that are known
 * here, and one with a number that nothing explains: people have more words for a limit than a list can hold ("30 max",
 * "I only have thirty"). A limit too many refuses a purchase, one that was overlooked buys it. Read by the server
 * whoever plans.
 */
export function budgetOf({ goal, catalogue }: PlanRequest): number | "unclear" | undefined {
  const counted = [MEASURES, ...catalogue.map(({ sku }) => sku)].join("|");
  const counts = `(?:${LIMIT}${LINK}|\\b(?<!\\d[.,]?))(?:\\d{1,4}|${NUMBERS.join("|")})\\s*[x×]?\\s*(?:${counted})s?\\b`;
  const text = asRead(goal).replace(EMAIL, ";").replace(new RegExp(counts, "gi"), ";");
  const amounts = (text.match(AMOUNT) ?? []).map(minorUnits);
  const rest = text.replace(AMOUNT, ";");
  const limited = new RegExp(amounts.length === 0 ? SURELY : LIMIT, "i").test(text);
  if (OF_MONEY.test(rest) || limited !== amounts.length > 0) return "unclear";
  // Beside a clear limit a number may be a house's.
  const suspicious = amounts.length === 0 || new RegExp(LIMIT, "i").test(rest);
  if (suspicious && ANY_NUMBER.test(rest)) return "unclear";
  return limited ? Math.min(...amounts) : undefined;
}

/** As a person reads it: without what has no width ("at m<ZWSP>ost"), and wide digits as plain ones. */
function asRead(goal: string): string {
  return goal.normalize("NFKC").replace(/\p{Cf}/gu, "");
}

function minorUnits(amount: string): number {
  const [number = ""] = new RegExp(NUMBER).exec(amount) ?? [];
  const [, whole = "", cents = ""] = /^(.+?)(?:[.,](\d{1,2}))?$/.exec(number) ?? [];
  return Number(whole.replace(/[.,]/g, "")) * 100 + Number(cents.padEnd(2, "0"));
}
