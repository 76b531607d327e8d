import { v7 as uuidv7 } from "uuid";
import { expect, test } from "vitest";
import { registry, watchEvent } from "./watch-event.ts";

test("take-overs, replays and unknowns are counted by procedure, and no key is in the metrics", async () => {
  const key = uuidv7();
  const at = { account: "a", key, procedure: "checkout.pay" };
  watchEvent({ ...at, point: "after-claim", fence: 1 });
  watchEvent({ ...at, point: "after-claim", fence: 2 });
  watchEvent({ ...at, point: "replayed", fence: 2 });
  watchEvent({ ...at, point: "unknown", fence: 2 });
  const text = await registry.metrics();
  expect(text).toContain('payonce_idempotency_take_overs_total{procedure="checkout.pay"} 1');
  expect(text).toContain(
    'payonce_idempotency_events_total{point="after-claim",procedure="checkout.pay"} 2',
  );
  expect(text).toContain(
    'payonce_idempotency_events_total{point="replayed",procedure="checkout.pay"} 1',
  );
  expect(text).not.toContain(key);
});
