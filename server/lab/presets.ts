/** What a person does under a preset. */
export type YouDo =
  | "pay"
  | "pay-twice"
  | "pay-then-again"
  | "pay-reload-pay"
  | "two-tabs"
  | "pay-other-amount"
  | "agent"
  | "storm";

export interface Preset {
  id: string;
  number: number;
  title: string;
  sentence: string;
  /** In the syntax of `X-Fault-Plan`; "" is none. */
  plan: string;
  youDo: YouDo;
  /** The side that is wrong. The other is the shop's own. */
  lane: string;
  /** What the bank, the page and the mailbox are expected to show. */
  expected: { naive: string; idempotent: string };
}

const TO_SEVEN = "lose-response@1+2+3+4+5+6+7";
const STORM = [
  "lose-response@%30#7",
  "deliver-twice@%20#7",
  "crash-after-provider@%20#7",
  "provider-timeout@%10#7",
  "webhook-twice@%50#7",
  "webhook-reordered@%50#7",
].join(",");

type Row = Omit<Preset, "number" | "lane"> & { lane?: string };

const ROWS: Row[] = [
  {
    id: "lost-response",
    title: "The answer is lost",
    sentence: "The server has done it all, and the connection drops before the answer is out.",
    plan: "lose-response@1",
    youDo: "pay",
    expected: { naive: "2 charges, and the page says paid", idempotent: "1 charge, replayed" },
  },
  {
    id: "one-click",
    title: "You clicked once",
    sentence: "Seven answers in a row are lost. A browser sends again by itself.",
    plan: TO_SEVEN,
    youDo: "pay",
    expected: { naive: "5 to 7 charges, unknown", idempotent: "1 charge, replayed" },
  },
  {
    id: "double-click",
    title: "A double click",
    sentence: "The answer takes a second and a half, and somebody presses again.",
    plan: "delay-response=1500",
    youDo: "pay-twice",
    expected: { naive: "2 charges", idempotent: "1 charge" },
  },
  {
    id: "reload",
    title: "Reload, and pay",
    sentence: "The first answer takes four seconds, and the page is reloaded meanwhile.",
    plan: "delay-response=4000@1",
    youDo: "pay-reload-pay",
    expected: { naive: "2 charges", idempotent: "1 charge, replayed" },
  },
  {
    id: "two-tabs",
    title: "Two tabs",
    sentence: "One order, open twice, and Pay is pressed in both.",
    plan: "delay-response=4000@1",
    youDo: "two-tabs",
    expected: { naive: "2 charges", idempotent: "1 charge, the same answer in both" },
  },
  {
    id: "double-delivery",
    title: "Delivered twice",
    sentence: "A proxy hands the same request on twice at once. Its client gets one answer.",
    plan: "deliver-twice@1",
    youDo: "pay",
    expected: { naive: "2 charges", idempotent: "1 charge" },
  },
  {
    id: "crash-after-charge",
    title: "Dead after the charge",
    sentence: "The bank has charged, and the attempt dies before it can write that down.",
    plan: "crash-after-provider@1",
    youDo: "pay-then-again",
    expected: { naive: "at least 2 charges", idempotent: "1 charge, resumed after the lease" },
  },
  {
    id: "slow-bank",
    title: "The bank is slow",
    sentence: "The bank charges, and its answer never comes.",
    plan: "provider-timeout@1",
    youDo: "pay-then-again",
    expected: {
      naive: '2 charges, and told "failed" once',
      idempotent: "1 charge, retrying first",
    },
  },
  {
    id: "impatient-client",
    title: "The client gives up first",
    sentence: "The answer takes 14 seconds. The client waits 12, then asks again.",
    plan: "delay-response=14000@1",
    youDo: "pay-then-again",
    expected: { naive: "2 charges", idempotent: "1 charge, replayed" },
  },
  {
    id: "new-key-each-try",
    title: "A new key for each try",
    sentence: "There is a key, and the client makes a new one whenever it asks again.",
    // Half an answer, which no browser asks for again by itself: what it resends carries the first key, and may be as often as all that is lost.
    plan: "truncate-response@1",
    youDo: "pay",
    lane: "key-per-send",
    expected: { naive: "2 charges", idempotent: "1 charge" },
  },
  {
    id: "same-key-new-amount",
    title: "The same key, another amount",
    sentence: "Nothing breaks. The second request has the first one's key and another total.",
    plan: "",
    youDo: "pay-other-amount",
    expected: { naive: "2 charges", idempotent: "1 charge, KEY_REUSED with the difference" },
  },
  {
    id: "event-twice",
    title: "The event comes twice",
    sentence: "The bank tells of the charge twice, and in the wrong order.",
    plan: "webhook-twice,webhook-reordered",
    youDo: "pay",
    expected: { naive: "2 receipts", idempotent: "1 receipt" },
  },
  {
    id: "short-memory",
    title: "A short memory",
    sentence: "The second copy of the event comes after event ids have been forgotten.",
    plan: "webhook-twice,webhook-late=3000",
    youDo: "pay",
    lane: "ttl-too-short",
    expected: { naive: "2 receipts", idempotent: "1 receipt" },
  },
  {
    id: "commit-in-doubt",
    title: "The commit is in doubt",
    sentence: "The database has committed, and the connection dies before it can say so.",
    plan: "database-drop-after-commit@1",
    youDo: "pay-then-again",
    expected: { naive: "2 charges", idempotent: "1 charge, read back by key" },
  },
  {
    id: "zombie",
    title: "The zombie",
    sentence:
      "An attempt sleeps for 20 seconds with the bank's answer in its hand, and comes back.",
    plan: "stall-after-provider=20000@1",
    youDo: "pay-then-again",
    expected: {
      naive: "2 charges, and a late write",
      idempotent: "1 charge, the late write fenced off",
    },
  },
  {
    id: "agent-restarts",
    title: "The agent restarts",
    sentence: "A run of several steps dies twice after a step is recorded, and is resumed.",
    plan: "crash-after-commit@1+2",
    youDo: "agent",
    expected: { naive: "steps 1 and 2 run again", idempotent: "resumes at step 3" },
  },
  {
    id: "perfect-storm",
    title: "The perfect storm",
    sentence: "Everything at once, drawn from seed 7, on many orders.",
    plan: STORM,
    youDo: "storm",
    expected: { naive: "many charges of one order", idempotent: "1 charge each" },
  },
];

/** The scenarios of the lab, in the order of their cards. Served by `lab.presets`, run by `presets.test.ts`. */
export const PRESETS: readonly Preset[] = ROWS.map((row, at) => ({
  lane: "naive",
  ...row,
  number: at + 1,
}));
