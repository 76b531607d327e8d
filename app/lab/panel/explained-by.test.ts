import { expect, test } from "vitest";
import { ANCHORS } from "../../../server/lab/demonstrations/demonstration.ts";
import { LANE_INVARIANTS } from "../../../server/lab/audit/lane-invariants.ts";
import { LANE_BY_NAME } from "../../../server/lab/lane-list.ts";
import { INVARIANTS } from "../../../server/ledger/invariants.ts";
import { EXPLAINED_BY, SECTIONS } from "./explained-by.ts";

test("whatever goes red, in the shop or in a lane, is explained by a pattern that has its section", () => {
  const safety = Array.from({ length: 16 }, (_, at) => `S${at + 1}`);
  const ids = [...INVARIANTS, ...LANE_INVARIANTS].map(({ id }) => id);
  const reds = Object.values(LANE_BY_NAME).map(({ red }) => red);
  for (const id of [...safety, ...ids, ...reds]) {
    expect(EXPLAINED_BY[id]?.length, id).toBeGreaterThan(0);
    for (const section of EXPLAINED_BY[id] ?? []) expect(ANCHORS).toContain(section);
  }
});

test("what breaks by a lease or a late holder is explained where a lease and a fence are", () => {
  for (const id of ["S10", "L1"]) expect(EXPLAINED_BY[id]?.[0]).toBe("fence");
});

test("every link leads to a section of the page of patterns", () => {
  for (const section of Object.keys(SECTIONS)) expect(ANCHORS).toContain(section);
});
