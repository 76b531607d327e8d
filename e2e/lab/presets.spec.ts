import { expect, test } from "../fixtures/test.ts";
import { capturesOf, LabPage } from "../fixtures/lab-page.ts";

/** What the wrong lane's customer pays at least, by preset; the shop's own lane always once. */
const RUNS: Record<string, { lane?: string; atLeast: number }> = {
  // These three end in resends that Chromium makes by itself: as often as it has idle connections, 2 to 7 were counted.
  "lost-response": { atLeast: 2 },
  "one-click": { atLeast: 2 },
  "crash-after-charge": { atLeast: 2 },
  "double-click": { atLeast: 2 },
  "double-delivery": { atLeast: 2 },
  "slow-bank": { atLeast: 2 },
  "impatient-client": { atLeast: 2 },
  "new-key-each-try": { lane: "key-per-send", atLeast: 2 },
  "same-key-new-amount": { atLeast: 2 },
  "event-twice": { atLeast: 1 },
  "short-memory": { lane: "ttl-too-short", atLeast: 1 },
  "commit-in-doubt": { atLeast: 2 },
  zombie: { atLeast: 2 },
};

test.setTimeout(180_000);

/** The screen says what the journal says, in both lanes, and says it of the same moment. */
async function agrees(lab: LabPage, scenario: string, lane: string, atLeast: number) {
  await lab.settled("idempotent");
  const orderId = await lab.orderId(scenario);
  const both = ["idempotent", lane];
  await expect
    .poll(() => capturesOf(orderId, lane), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(atLeast);
  await expect
    .poll(
      async () => {
        const journal = await Promise.all(both.map((one) => capturesOf(orderId, one)));
        const screen = await Promise.all(both.map((one) => lab.number("charges", one)));
        return { same: String(journal) === String(screen), journal, screen };
      },
      { timeout: 60_000 },
    )
    .toMatchObject({ same: true });
  expect(await capturesOf(orderId, "idempotent")).toBe(1);
  const pocket = await lab.number("Customer out of pocket", "idempotent");
  expect(pocket).toBe(48);
  if (atLeast > 1) {
    await expect(lab.main.getByText("must be ≤ 1").first()).toBeVisible();
    await expect(lab.main.locator("#cause")).toContainText("broken");
  }
}

for (const [scenario, { lane = "naive", atLeast }] of Object.entries(RUNS)) {
  test(`${scenario}: the numbers on screen are the journal's, and only the ${lane} lane charges again`, async ({
    page,
    shop: _account,
  }) => {
    const lab = new LabPage(page);
    await lab.open(scenario, "?m=split");
    await lab.run();
    await agrees(lab, scenario, lane, atLeast);
  });
}

test("reload: paid, reloaded, and paid again: the shop gives the stored answer", async ({
  page,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("reload", "?m=split");
  await lab.pay();
  await expect.poll(async () => capturesOf(await lab.orderId("reload"), "naive")).toBe(1);
  await page.reload();
  await lab.ready();
  await lab.pay();
  await agrees(lab, "reload", "naive", 2);
});

test("two-tabs: paid in both: one charge, and both tabs say so", async ({
  page,
  context,
  shop: _account,
}) => {
  const first = new LabPage(page);
  await first.open("two-tabs", "?m=split");
  const second = new LabPage(await context.newPage());
  await second.open("two-tabs", "?m=split");
  expect(await second.orderId("two-tabs")).toBe(await first.orderId("two-tabs"));
  await Promise.all([first.pay(), second.pay()]);
  await agrees(first, "two-tabs", "naive", 2);
  await agrees(second, "two-tabs", "naive", 2);
});

for (const [scenario, link] of [
  ["agent-restarts", "Open the agent"],
  ["perfect-storm", "Open the storm"],
] as const) {
  test(`${scenario} happens elsewhere, and its page leads there`, async ({
    page,
    shop: _account,
  }) => {
    await page.goto(`/lab/${scenario}`);
    await expect(page.getByRole("link", { name: link })).toBeVisible();
  });
}

test("one click in the naive lane: the server's count and the journal's are the same number", async ({
  page,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("one-click", "?m=naive");
  await lab.pay();
  const orderId = await lab.orderId("one-click");
  await expect
    .poll(() => capturesOf(orderId, "naive"), { timeout: 60_000 })
    .toBeGreaterThanOrEqual(2);
  await lab.settled("naive");
  await expect
    .poll(async () => (await lab.number("charges", "naive")) - (await capturesOf(orderId, "naive")))
    .toBe(0);
  expect(await lab.number("Clicks", "naive")).toBe(1);
  expect(await lab.number("fetch() calls", "naive")).toBe(1);
  const requests = await lab.number("Requests the server received", "naive");
  expect(requests).toBe(await lab.number("charges", "naive"));
  await expect(lab.happened).toContainText("resent by the browser");
});
