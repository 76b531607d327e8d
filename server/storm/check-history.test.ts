import { expect, test } from "vitest";
import type { Book } from "./books.ts";
import { checkHistory } from "./check-history.ts";
import type { HistoryLine } from "./history.ts";
import type { Evidence } from "./run-storm.ts";
import { stormSettings } from "./settings.ts";

const ORDER = "0198c0de-7a11-7abc-8def-00000000000a";
const KEY = "0198c0de-7a11-7abc-8def-00000000000b";

/** One order that was sent twice: the first answer lost, the second a replay. Nothing is wrong with it. */
function evidence(change: { lines?: Partial<HistoryLine>[]; book?: Partial<Book> } = {}): Evidence {
  const sound: Partial<HistoryLine>[] = [
    { process: "0.0", type: "invoke" },
    { process: "0.0", type: "info", err: "UND_ERR_SOCKET" },
    { process: "0.1", type: "invoke" },
    { process: "0.1", type: "ok", status: 200, answer: "paid", bodySha: "aa", replayed: true },
  ];
  const history = (change.lines ?? sound).map((line, seq) => ({
    seq,
    t: seq,
    process: "0.0",
    type: "info" as const,
    orderId: ORDER,
    key: KEY,
    ...line,
  }));
  const book = { orderId: ORDER, key: KEY, charges: 1, captured: 4_800, state: "completed" };
  return {
    settings: stormSettings.parse({ orders: 1, deliveries: 2, plan: "lose-response@1" }),
    history,
    books: [{ ...book, ...change.book }],
    samples: [],
    stopped: false,
    tookMs: 10,
  };
}

function idsOf(given: Evidence): string[] {
  return checkHistory(given).violations.map(({ id }) => id);
}

test("a lost answer that was replayed is valid, and the sentence counts it", () => {
  const report = checkHistory(evidence());
  expect(report.valid).toBe("true");
  expect(report.sentence).toBe(
    "valid? true · 2 sends · 1 orders · 1 charges · 0 duplicates · 0 in doubt after recovery · seed 7",
  );
  expect(report.command).toContain("npm run storm -- --seed 7 --orders 1 --deliveries 2");
});

test("two charges of one order are S1, with what was paid too much and the order's lines", () => {
  const report = checkHistory(evidence({ book: { charges: 2, captured: 9_600 } }));
  expect(report).toMatchObject({ valid: "false", duplicates: 1, overpaid: 4_800 });
  expect(report.violations[0]).toMatchObject({ id: "S1", orderId: ORDER });
  expect(report.violations[0]?.witness.lines).toHaveLength(1);
});

const ok = { type: "ok" as const, status: 200, answer: "paid" as const, bodySha: "aa" };

test.each<[id: string, Parameters<typeof evidence>[0]]>([
  ["S2", { lines: [{ ...ok }, { ...ok, bodySha: "bb" }] }],
  ["S3", { book: { charges: 0, captured: 0 } }],
  ["S5", { lines: [{ ...ok, answer: "declined" }, { type: "info" }] }],
  [
    "S3",
    {
      lines: [
        { ...ok, process: "0.0" },
        { process: "0.1", type: "invoke" },
        { process: "0.1", type: "fail", status: 404, code: "NOT_FOUND" },
      ],
    },
  ],
  ["L1", { book: { state: "unknown" } }],
  ["L1", { book: { state: "in_progress" } }],
])("%s is seen where it is broken: %#", (id, change) => {
  expect(idsOf(evidence(change))).toContain(id);
});

test.each<[why: string, (sound: Evidence) => Evidence]>([
  ["it was stopped", (sound) => ({ ...sound, stopped: true })],
  [
    "fewer sends ended than were stated",
    (sound) => ({ ...sound, history: sound.history.slice(2) }),
  ],
  [
    "no fault was seen",
    () => evidence({ lines: [ok, ok].map((line) => ({ ...line, replayed: false })) }),
  ],
  ["nobody was answered", () => evidence({ lines: [{ type: "info" }, { type: "info" }] })],
  [
    "the history has a gap",
    (sound) => ({ ...sound, history: sound.history.filter(({ seq }) => seq !== 1) }),
  ],
])("no verdict is given when %s", (_why, change) => {
  expect(checkHistory(change(evidence())).valid).toBe("unknown");
});
