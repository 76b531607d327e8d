import { afterEach, expect, test, vi } from "vitest";
import { repeat } from "./repeat.ts";

afterEach(() => vi.restoreAllMocks());

/** Fails with these, one a round, then does its work once and is told to stop. */
async function failsWith(errors: Error[]): Promise<{ errors: unknown[]; logs: unknown[] }> {
  const [error, log] = [vi.spyOn(console, "error"), vi.spyOn(console, "log")];
  for (const said of [error, log]) said.mockImplementation(() => {});
  const stop = new AbortController();
  const round = async () => {
    const next = errors.shift();
    if (next) throw next;
    stop.abort();
  };
  await repeat({ name: "working", everyMs: 1, round }, stop.signal);
  return { errors: error.mock.calls.flat(), logs: log.mock.calls.flat() };
}

const refused = () =>
  new Error("Failed query", {
    cause: Object.assign(new Error("connect to postgres://app:secret@db"), {
      code: "ECONNREFUSED",
    }),
  });

test("a round that fails is told by the error's code or kind, never by its message", async () => {
  const { errors } = await failsWith([refused(), new TypeError("of postgres://app:secret@db")]);
  expect(errors).toEqual([
    "worker: not working (ECONNREFUSED); trying again",
    "worker: not working (TypeError); trying again",
  ]);
});

test("the same error in every round is told once, and once that it is over", async () => {
  const { errors, logs } = await failsWith([refused(), refused(), refused()]);
  expect(errors).toEqual(["worker: not working (ECONNREFUSED); trying again"]);
  expect(logs).toEqual(["worker: working again"]);
});
