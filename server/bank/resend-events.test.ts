import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bankUnderTest, payment } from "./bank-under-test.ts";

const heard: { id: string; type: string; at: number }[] = [];
let receiver: Server;
let url = "";

beforeAll(async () => {
  receiver = createServer((request, response) => {
    void (async () => {
      const { id, type } = JSON.parse(await text(request)) as { id: string; type: string };
      heard.push({ id, type, at: performance.now() });
      response.writeHead(200).end("{}");
    })();
  });
  await new Promise<void>((ready) => receiver.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});
afterAll(() => new Promise<void>((closed) => receiver.close(() => closed())));

const bank = bankUnderTest({
  webhook: {
    get url() {
      return url;
    },
    secrets: ["whsec_that_only_this_test_knows"],
  },
});

async function ask(form: [string, string][], method: "GET" | "POST", secret = "sk_test_payonce") {
  const body = new URLSearchParams(form);
  const address = `${bank.url}/v1/events/deliveries${method === "GET" ? `?${body}` : ""}`;
  const response = await fetch(address, {
    method,
    headers: { authorization: `Bearer ${secret}` },
    ...(method === "POST" && { body }),
  });
  return {
    status: response.status,
    body: (await response.json()) as { data: { ended: string }[] },
  };
}

async function told(orderId: string, count: number): Promise<string[]> {
  heard.length = 0;
  await bank.stripe.paymentIntents.create(payment(orderId), { idempotencyKey: orderId });
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(count);
  const ids = heard.map(({ id }) => id);
  heard.length = 0;
  return ids;
}

test("events are delivered once more, in the order that was asked for and not before their time", async () => {
  const ids = await told("again", 2);
  const backwards = ids.toReversed();
  const form = backwards.map((id): [string, string] => ["events[]", id]);
  const since = performance.now();
  const asked = await ask([...form, ["delay_ms", "700"]], "POST");
  expect(asked.status).toBe(200);
  expect(asked.body.data.map(({ ended }) => ended)).toEqual(["delivered", "delivered", null, null]);
  await expect.poll(() => heard.length, { timeout: 10_000 }).toBe(2);
  expect(heard.map(({ id }) => id)).toEqual(backwards);
  expect((heard[0]?.at ?? 0) - since).toBeGreaterThanOrEqual(700);
  const { body } = await ask(form, "GET");
  expect(body.data.map(({ ended }) => ended)).toEqual(Array(4).fill("delivered"));
});

test("another merchant's event, an unknown one, one named twice and none at all are refused, and nothing is sent", async () => {
  const [id = ""] = await told("mine", 2);
  for (const [form, status, secret] of [
    [[["events[]", id]], 404, "sk_test_somebody_else"],
    [
      [
        ["events[]", id],
        ["events[]", "evt_nobody"],
      ],
      404,
      undefined,
    ],
    [
      [
        ["events[]", id],
        ["events[]", id],
      ],
      400,
      undefined,
    ],
    [[], 400, undefined],
    [
      [
        ["events[]", id],
        ["delay_ms", "10001"],
      ],
      400,
      undefined,
    ],
  ] as const) {
    expect(
      (
        await ask(
          [...form].map(([a, b]) => [a, b]),
          "POST",
          secret,
        )
      ).status,
    ).toBe(status);
  }
  const { body } = await ask([["events[]", id]], "GET");
  expect(body.data).toHaveLength(1);
  expect((await ask([["events[]", id]], "GET", "sk_test_somebody_else")).body.data).toEqual([]);
});
