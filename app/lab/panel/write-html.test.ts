import { expect, test } from "vitest";
import { tellSteps } from "../../happened/tell-steps.ts";
import type { TimelineEvent } from "../../trpc/outputs.ts";
import { writeHtml } from "./write-html.ts";

const HOSTILE = `</pre></script><img src=x onerror="alert('1')">&amp;`;

test("whatever stands in an event, a title or a plan, the file holds no element of it, no script and no address to fetch", () => {
  const event: TimelineEvent = {
    id: "1",
    at: "2026-11-27T12:00:00.000Z",
    orderId: null,
    idempotencyKey: HOSTILE,
    lane: HOSTILE,
    arrival: 1,
    fence: 1,
    clientAttempt: null,
    sentBy: "you",
    point: HOSTILE,
    outcome: "none",
    text: HOSTILE,
    detail: { headers: { "x-evil": HOSTILE } },
  };
  const html = writeHtml(
    {
      origin: "http://127.0.0.1:3000",
      scenario: "",
      mode: "split",
      lane: HOSTILE,
      seed: HOSTILE,
      plan: HOSTILE,
      orderId: HOSTILE,
      runKey: HOSTILE,
      paymentMethod: HOSTILE,
      amount: 4800,
      title: HOSTILE,
      numbers: [
        { lane: HOSTILE, title: HOSTILE, audit: undefined, behind: false, clicks: 1, fetches: 1 },
      ],
      steps: tellSteps([event]),
    },
    () => "#000",
  );
  expect(html).not.toMatch(/<img|<\/?script|<iframe|<link|<object/i);
  expect(html.match(/<\/pre>/g)).toHaveLength(1);
  const tags = html.match(/<[^>]*>/g) ?? [];
  expect(tags.filter((tag) => /\s(src|href|on\w+)\s*=/i.test(tag))).toEqual([]);
  expect(html).toContain("default-src &#39;none&#39;");
  expect(html).toContain("&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;");
});
