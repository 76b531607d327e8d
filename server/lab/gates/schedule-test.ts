import { GATE_POINTS } from "./gate-points.ts";
import { parseSchedule } from "./schedule.ts";

export interface ScheduleTest {
  lane: string;
  schedule: string;
  plan: string;
  /** Charges in the bank's journal that were seen, and that the test expects. */
  charges: number;
}

/**
 * An interleaving as a Playwright test: it needs the server's address and no browser.
 * @throws {BadSchedule}
 */
export function scheduleTest({ lane, schedule, plan, charges }: ScheduleTest): string {
  const releases = parseSchedule(schedule);
  const attempts = new Set(releases.map(({ attempt }) => attempt)).size;
  const points = GATE_POINTS.filter((point) => releases.some((one) => one.point === point));
  const text = (value: unknown) => JSON.stringify(value);
  const pay =
    lane === "idempotent"
      ? `post("checkout.pay", { idempotencyKey: runKey, ...wanted })`
      : `post("lab.pay", { lane, runKey, idempotencyKey: runKey, ...wanted })`;
  return `import { randomUUID } from "node:crypto";
import { expect, test } from "@playwright/test";

const shop = process.env["PAYONCE_URL"] ?? "http://localhost:3000";
const lane = ${text(lane)};
const schedule = ${text(releases.map(({ attempt, point }) => `${attempt}.${point}`).join(" "))};

test(\`\${lane}: \${schedule} is charged ${charges === 1 ? "once" : `${charges} times`}\`, async ({ request }) => {
  const post = async (procedure: string, data: unknown) => {
    const headers = { "x-fault-plan": ${text(plan)} };
    const answer = await request.post(\`\${shop}/api/trpc/\${procedure}\`, { data, headers });
    return (await answer.json()).result?.data;
  };
  const [orderId, runKey] = [randomUUID(), randomUUID()];
  await request.get(\`\${shop}/api/trpc/session.me\`);
  const order = await post("orders.save", { orderId, items: [{ sku: "tea", quantity: 2 }] });
  const wanted = { orderId, paymentMethod: "pm_card_visa", expectedTotal: order.total };

  await post("lab.hold", { runKey, lane, points: ${text(points)} });
  const attempts = Array.from({ length: ${attempts} }, () => ${pay}.catch(() => undefined));
  await post("lab.replay", { runKey, lane, schedule });
  await Promise.all(attempts);

  const input = encodeURIComponent(JSON.stringify({ orderId }));
  const answer = await request.get(\`\${shop}/api/trpc/lab.audit?input=\${input}\`);
  const audit = (await answer.json()).result.data.find((one: { lane: string }) => one.lane === lane);
  expect(audit.charges).toBe(${charges});
});
`;
}
