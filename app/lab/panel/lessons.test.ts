import { expect, test } from "vitest";
import { LANE_INVARIANTS } from "../../../server/lab/audit/lane-invariants.ts";
import { LANE_BY_NAME } from "../../../server/lab/lane-list.ts";
import { INVARIANTS } from "../../../server/ledger/invariants.ts";
import { LESSONS } from "./lessons.ts";

test("whatever goes red, in the shop or in a lane, has a lesson", () => {
  const safety = Array.from({ length: 16 }, (_, at) => `S${at + 1}`);
  const ids = [...INVARIANTS, ...LANE_INVARIANTS].map(({ id }) => id);
  const reds = Object.values(LANE_BY_NAME).map(({ red }) => red);
  for (const id of [...safety, ...ids, ...reds]) {
    expect(LESSONS[id]?.length, id).toBeGreaterThan(0);
    for (const lesson of LESSONS[id] ?? []) expect(lesson).toMatch(/^0[1-8]$/);
  }
});
