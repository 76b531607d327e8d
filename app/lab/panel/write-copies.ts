import type { Step } from "../../happened/step.ts";
import { writeMermaid } from "../../happened/write-mermaid.ts";
import type { LaneNumbers } from "../strip.tsx";
import { LINK_VERSION } from "../use-lab-url.ts";

export interface Copied {
  origin: string;
  /** The preset's id, or "". */
  scenario: string;
  mode: string;
  lane: string;
  seed: string;
  plan: string;
  orderId: string;
  runKey: string;
  paymentMethod: string;
  amount: number;
  title: string;
  numbers: readonly LaneNumbers[];
  steps: readonly Step[];
}

/** A link carries a plan and never data; opening it arms nothing. */
export function writeLink(of: Copied): string {
  const path = of.scenario ? `/lab/${of.scenario}` : "/lab";
  const plan = encodeURIComponent(of.plan);
  return `${of.origin}${path}?m=${of.mode}&seed=${of.seed}&v=${LINK_VERSION}&plan=${plan}`;
}

function writeCurl(of: Copied): string {
  const body = JSON.stringify(bodyOf(of));
  return [
    `curl -s -c cookies -b cookies ${of.origin}/api/trpc/session.me > /dev/null`,
    `curl -i -c cookies -b cookies ${of.origin}/api/trpc/checkout.pay \\`,
    `  -H 'content-type: application/json' -H 'idempotency-key: ${of.runKey}' \\`,
    `  -H 'x-fault-plan: ${of.plan}' \\`,
    `  --data '${body}'`,
    "",
  ].join("\n");
}

function writeTrpc(of: Copied): string {
  return `// The key is made once, stored, and sent again on every retry.
await api.checkout.pay.mutate(
  ${JSON.stringify(bodyOf(of), null, 2).replaceAll("\n", "\n  ")},
  { context: { faultPlan: ${JSON.stringify(of.plan)} } },
);
`;
}

/** Red on the wrong lane, green on the shop's own: the same plan, the same order, counted in the bank's journal. */
function writePlaywright(of: Copied): string {
  return `import { randomUUID } from "node:crypto";
import { expect, test } from "@playwright/test";

const shop = process.env["PAYONCE_URL"] ?? ${JSON.stringify(of.origin)};
const plan = ${JSON.stringify(of.plan)};

for (const lane of [${JSON.stringify(of.lane)}, "idempotent"]) {
  test(\`\${lane}: an order is charged at most once under \${plan || "no fault"}\`, async ({ request }) => {
    const headers = { "x-fault-plan": plan };
    const [orderId, runKey] = [randomUUID(), randomUUID()];
    await request.get(\`\${shop}/api/trpc/session.me\`);
    const saved = await request.post(\`\${shop}/api/trpc/orders.save\`, {
      data: { orderId, items: [{ sku: "kettle", quantity: 1 }] },
    });
    const { total: expectedTotal } = (await saved.json()).result.data;
    const wanted = { orderId, paymentMethod: ${JSON.stringify(of.paymentMethod)}, expectedTotal };
    const pay = () =>
      lane === "idempotent"
        ? request.post(\`\${shop}/api/trpc/checkout.pay\`, { headers, data: { idempotencyKey: runKey, ...wanted } })
        : request.post(\`\${shop}/api/trpc/lab.pay\`, { headers, data: { lane, runKey, ...wanted } });

    // A buyer who gets no answer asks again.
    await expect(async () => {
      const answer = await pay();
      expect(answer.status()).toBe(200);
    }).toPass({ timeout: 30_000 });

    const input = encodeURIComponent(JSON.stringify({ orderId }));
    const audit = await (await request.get(\`\${shop}/api/trpc/lab.audit?input=\${input}\`)).json();
    const { charges } = audit.result.data.find((one: { lane: string }) => one.lane === lane);
    expect(charges, "charges in the bank's journal").toBeLessThanOrEqual(1);
  });
}
`;
}

export const COPIES = {
  Link: writeLink,
  "Playwright test": writePlaywright,
  cURL: writeCurl,
  "tRPC call": writeTrpc,
  Mermaid: (of: Copied) => writeMermaid(of.steps),
  JSON: (of: Copied) =>
    `${JSON.stringify(
      of.steps.map(({ event }) => event),
      null,
      2,
    )}\n`,
  NDJSON: (of: Copied) => of.steps.map(({ event }) => `${JSON.stringify(event)}\n`).join(""),
} as const;

function bodyOf({ runKey, orderId, paymentMethod, amount }: Copied) {
  return {
    idempotencyKey: runKey,
    orderId,
    paymentMethod,
    expectedTotal: { amount, currency: "EUR" },
  };
}
