import { afterEach, describe, expect, it, vi } from "vitest";
import { createApi } from "./client.ts";
import {
  mayRetry,
  retryDelayMs,
  retryLimits,
  type SendWatch,
} from "../../server/idempotency/client/index.ts";
import { done, input, key, paid, refuse, serve, watching } from "../test-kit/server.ts";

afterEach(() => void vi.restoreAllMocks());

describe("the one retry layer, against a real server", () => {
  it.each([400, 401, 403, 404, 412, 413, 415, 422, 500])("a %i is asked once", async (status) => {
    const { url, arrivals } = await serve((response) => refuse(response, status));
    const { watch } = watching();
    await expect(
      createApi(url).checkout.pay.mutate(input, { context: { watch } }),
    ).rejects.toThrow();
    expect(arrivals).toHaveLength(1);
  });

  it.each([
    [409, "KEY_REUSED"],
    [409, "ORDER_BUSY"],
    [409, "ORDER_PAID"],
    [409, "PRICE_CHANGED"],
    [412, "VOIDED"],
  ])("%i %s is asked once", async (status, code) => {
    const { url, arrivals } = await serve((response) => refuse(response, status, code));
    await expect(createApi(url).checkout.pay.mutate(input)).rejects.toThrow();
    expect(arrivals).toHaveLength(1);
  });

  it("a refusal names the intent that holds the order", async () => {
    const { url } = await serve((response) => refuse(response, 409, "ORDER_BUSY"));
    const { watch, outcomes } = watching();
    const asked = createApi(url).checkout.pay.mutate(input, { context: { watch } });
    await expect(asked).rejects.toThrow();
    expect(outcomes[0]).toMatchObject({ code: "ORDER_BUSY", intentId: "key-x" });
  });

  it("an answer that never comes is asked for six times, same key, same body, then given up", async () => {
    const { url, arrivals } = await serve((response) => response.destroy());
    const { watch, outcomes, delays } = watching();
    await expect(
      createApi(url).checkout.pay.mutate(input, { context: { watch } }),
    ).rejects.toThrow();
    expect(arrivals).toHaveLength(retryLimits.sendsMax);
    expect(new Set(arrivals.map((a) => a.headers["idempotency-key"]))).toEqual(new Set([key]));
    expect(new Set(arrivals.map((a) => a.body)).size).toBe(1);
    expect(arrivals.map((a) => a.headers["x-client-attempt"])).toEqual(
      [1, 2, 3, 4, 5, 6].map((n) => `${n};by=${n === 1 ? "you" : "app"};tab=k7qd`),
    );
    expect(outcomes.every((o) => o.kind === "no-answer")).toBe(true);
    expect(delays).toHaveLength(5);
  });

  it("half an answer is no answer: the same key brings the whole one", async () => {
    const { url, arrivals } = await serve((response, arrival) => {
      if (arrival > 1) return done(response);
      response.writeHead(200, { "content-type": "application/json", "content-length": "500" });
      response.write('{"result":');
      setTimeout(() => response.destroy(), 20);
    });
    const { watch, outcomes } = watching();
    const api = createApi(url);
    expect(await api.checkout.pay.mutate(input, { context: { watch } })).toEqual(paid);
    expect(arrivals).toHaveLength(2);
    expect(outcomes).toEqual([
      { kind: "no-answer", httpStatus: null },
      { kind: "answered", replayed: true },
    ]);
  });

  it("a refusal that is not our server's JSON keeps its status", async () => {
    const { url, arrivals } = await serve((response) => {
      response.writeHead(413, { "content-type": "text/html" }).end("<h1>Too large</h1>");
    });
    const { watch, outcomes } = watching();
    await expect(
      createApi(url).checkout.pay.mutate(input, { context: { watch } }),
    ).rejects.toThrow();
    expect(arrivals).toHaveLength(1);
    expect(outcomes[0]).toMatchObject({ kind: "refused", code: null, httpStatus: 413 });
  });

  it.each([
    [409, "text/html", 6],
    [409, "application/json", 6],
    [412, "text/html", 1],
    [422, "text/html", 1],
  ])(
    "a %i that is nobody's answer (%s) says nothing of the payment, and is asked %i times",
    async (status, type, times) => {
      const { url, arrivals } = await serve((response) => {
        response.writeHead(status, { "content-type": type }).end('{"message":"Conflict"}');
      });
      const { watch, outcomes } = watching();
      const asked = createApi(url).checkout.pay.mutate(input, { context: { watch } });
      await expect(asked).rejects.toThrow();
      expect(outcomes).toEqual(Array(times).fill({ kind: "no-answer", httpStatus: status }));
      expect(arrivals).toHaveLength(times);
    },
  );

  it("a send past its deadline is asked again with a fresh one", async () => {
    const { url, arrivals } = await serve((response, arrival) => {
      if (arrival > 1) done(response);
    });
    const { watch, outcomes } = watching();
    const api = createApi(url, { deadlineMs: 150 });
    expect(await api.checkout.pay.mutate(input, { context: { watch } })).toEqual(paid);
    expect(arrivals).toHaveLength(2);
    expect(outcomes[0]).toEqual({ kind: "no-answer", httpStatus: null });
  });

  it("Retry-After is waited for, and clients that failed together come back apart", async () => {
    const { url, arrivals } = await serve((response, arrival) =>
      arrival <= 20 ? refuse(response, 503, "RELEASED", 1) : done(response),
    );
    const started = Date.now();
    await Promise.all(
      Array.from({ length: 20 }, () => {
        const { watch } = watching(true);
        return createApi(url).checkout.pay.mutate(input, { context: { watch } });
      }),
    );
    const returned = arrivals.slice(20).map((a) => a.at - started);
    expect(returned).toHaveLength(20);
    expect(Math.min(...returned)).toBeGreaterThanOrEqual(1000);
    expect(Math.max(...returned) - Math.min(...returned)).toBeGreaterThanOrEqual(200);
  });

  it("a mutation without a key is never sent twice", async () => {
    const { url, arrivals } = await serve((response) => response.destroy());
    const save = createApi(url).orders.save.mutate({ orderId: input.orderId, items: [] });
    await expect(save).rejects.toThrow();
    expect(arrivals).toHaveLength(1);
    expect(arrivals[0]?.headers["idempotency-key"]).toBeUndefined();
  });

  it("offline, the six sends are not burnt", async () => {
    const { url, arrivals } = await serve((response) => response.destroy());
    const api = createApi(url, { isOnline: () => false });
    await expect(api.checkout.pay.mutate(input)).rejects.toThrow();
    expect(arrivals).toHaveLength(1);
  });

  it.each(["three hours later", "without a connection"])(
    "a device that slept between two sends and wakes %s sends nothing by itself",
    async (wakes) => {
      const { url, arrivals } = await serve((response) => response.destroy());
      const { watch, outcomes } = watching(true);
      let isOnline = true;
      const sleeping: SendWatch = {
        ...watch,
        waiting() {
          const later = Date.now() + 3 * 3_600_000;
          if (wakes === "three hours later") vi.spyOn(Date, "now").mockReturnValue(later);
          else isOnline = false;
        },
      };
      const api = createApi(url, { isOnline: () => isOnline });
      const asked = api.checkout.pay.mutate(input, { context: { watch: sleeping } });
      await expect(asked).rejects.toThrow();
      expect([arrivals.length, outcomes.length]).toEqual([1, 1]);
    },
  );

  it("every call of a page says whose it is, and one that is refused for it is not sent again", async () => {
    const { url, arrivals } = await serve((response) => refuse(response, 401));
    const api = createApi(url, {}, "tag-of-a");
    await expect(api.checkout.pay.mutate(input)).rejects.toThrow();
    await expect(api.orders.get.query({ orderId: input.orderId })).rejects.toThrow();
    await expect(createApi(url).session.me.query()).rejects.toThrow();
    expect(arrivals.map((a) => a.headers["x-account-tag"])).toEqual([
      "tag-of-a",
      "tag-of-a",
      undefined,
    ]);
  });

  it("two payments in one tick are two requests, each under its own key", async () => {
    const { url, arrivals } = await serve(done);
    const api = createApi(url);
    const other = { ...input, idempotencyKey: "01890a5d-ac96-774b-bcce-b302099a8059" };
    await Promise.all([api.checkout.pay.mutate(input), api.checkout.pay.mutate(other)]);
    for (const arrival of arrivals)
      expect(arrival.body).toContain(arrival.headers["idempotency-key"]);
    expect(new Set(arrivals.map((a) => a.headers["idempotency-key"])).size).toBe(2);
  });

  it("an armed plan rides on the payment, and on nothing else", async () => {
    const { url, arrivals } = await serve(done);
    const api = createApi(url);
    const context = { faultPlan: "lose-response@1" };
    await api.checkout.pay.mutate(input, { context });
    await api.orders.save.mutate({ orderId: input.orderId, items: [] }, { context });
    expect(arrivals.map((a) => a.headers["x-fault-plan"])).toEqual(["lose-response@1", undefined]);
  });
});

describe("the retry rule", () => {
  it("delays grow to 8 s, are spread over their whole range, and start at once at the earliest", () => {
    expect([1, 2, 3, 4, 5, 9].map((n) => retryDelayMs(n, null, 0.999999))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000,
    ]);
    expect(retryDelayMs(5, null, 0)).toBe(0);
    expect(retryDelayMs(1, 2000, 0)).toBe(2000);
    expect(retryDelayMs(1, 2000, 0.999999)).toBe(3000);
  });

  it("a 503 without the word 'same key' is not a promise that the same key is safe to resend", () => {
    const refused = { kind: "refused", code: "X", retryAfterMs: null, message: "" } as const;
    expect(mayRetry({ ...refused, httpStatus: 503, sameKey: true })).toBe(true);
    expect(mayRetry({ ...refused, httpStatus: 503, sameKey: false })).toBe(false);
    expect(mayRetry({ kind: "no-answer", httpStatus: 503 })).toBe(false);
    expect(mayRetry({ kind: "no-answer", httpStatus: 502 })).toBe(true);
  });
});
