import { expect, test } from "vitest";
import { Buyer } from "../test-kit/buyer.ts";
import { stackUnderTest } from "../test-kit/stack.ts";

const stack = stackUnderTest();
const TRACE = /^[0-9a-f]{32}$/;

test("a refusal that no page of ours asks for has a trace id of its own; answers and their replays have none", async () => {
  const buyer = await Buyer.arrives(stack.services);
  const payment = await buyer.saves();
  const traces = [];
  for (const key of ["not-a-key", "not-a-key"]) {
    const refused = await buyer.pays(payment, { headers: { "idempotency-key": key } });
    expect(refused.status).toBe(400);
    traces.push(refused.headers.get("x-trace-id"));
  }
  expect(traces).toEqual([expect.stringMatching(TRACE), expect.stringMatching(TRACE)]);
  expect(new Set(traces).size).toBe(2);

  const [first, again] = [await buyer.pays(payment), await buyer.pays(payment)];
  expect([first.status, again.status, again.text]).toEqual([200, 200, first.text]);
  expect([first, again].map(({ headers }) => headers.has("x-trace-id"))).toEqual([false, false]);
});
