import type { Page } from "@playwright/test";
import { resetInAnotherTab } from "../fixtures/reset-in-another-tab.ts";
import { expect, test } from "../fixtures/test.ts";

const STEPS = ["plan", "reserve", "charge", "mail", "courier"];

const idsOf = (page: Page) =>
  page.locator("[data-step] code").evaluateAll((codes) => codes.map((code) => code.textContent));

test("the agent is killed from its page and resumed: the recovery point, what was skipped, and each effect once", async ({
  page,
  bank,
}) => {
  test.setTimeout(120_000);
  await page.goto("/agent");
  await page.getByLabel(/after the step's record/).check();
  await page.getByRole("button", { name: "Run and crash it" }).click();
  const plan = page.locator('[data-step="plan"][data-status="done"]');
  await expect(plan.getByText("Recovery point")).toBeVisible();
  const [planId] = await idsOf(page);

  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await expect(page.locator('[data-state="completed"]')).toBeVisible({ timeout: 40_000 });
  await expect(plan.getByText("skipped on resume")).toBeVisible();
  for (const step of STEPS)
    await expect(page.locator(`[data-step="${step}"][data-status="done"]`)).toBeVisible();
  expect((await idsOf(page))[0], "the same step id in every attempt").toBe(planId);
  for (const tile of await page.locator("[data-outside]").all())
    await expect(tile).toContainText(/^\D+1\D/);

  // The page's own word is not enough: the bank's journal is read past our code.
  const key = new URL(page.url()).searchParams.get("key") ?? "";
  const input = encodeURIComponent(JSON.stringify({ idempotencyKey: key }));
  const answer = await page.request.get(`/api/trpc/agent.get?input=${input}`);
  const { orderId } = (await answer.json()).result.data;
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("a reload in the middle of a run shows the same run, and asking again gives the same answer", async ({
  page,
}) => {
  await page.goto("/agent");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page).toHaveURL(/key=/);
  await page.reload();
  await expect(page.locator('[data-state="completed"]')).toBeVisible({ timeout: 40_000 });
  const before = await idsOf(page);
  await page.getByRole("button", { name: "Ask again with the same key" }).click();
  await expect(page.getByText("In one attempt.")).toBeVisible();
  expect(await idsOf(page)).toEqual(before);
});

test("a plan beyond the budget is refused in words that say that no money was taken", async ({
  page,
}) => {
  await page.goto("/agent");
  await page.getByLabel("Goal").fill("Buy two kettles under 50 euros");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.locator('[data-state="refused"]')).toContainText("No money was taken");
});

/** A completed run. @returns its key */
async function run(page: Page) {
  await page.goto("/agent");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.locator('[data-state="completed"]')).toBeVisible({ timeout: 40_000 });
  return new URL(page.url()).searchParams.get("key");
}

/** What is offered for a run of the account that this browser was, and that it buys under a key of its own. */
async function expectElsewhere(page: Page, began: string | null) {
  const elsewhere = page.locator('[data-state="elsewhere"]');
  await expect(elsewhere).toContainText("It may have bought what it was told to", {
    timeout: 15_000,
  });
  await page.getByRole("button", { name: "Run again, as a new run" }).click();
  await expect(page.locator('[data-state="completed"]')).toBeVisible({ timeout: 40_000 });
  expect(new URL(page.url()).searchParams.get("key")).not.toBe(began);
}

for (const named of ["another name", "the same name, by chance"])
  test(`a run of a lost session is not offered under its key, where it would buy again: ${named}`, async ({
    page,
    context,
  }) => {
    const began = await run(page);
    await context.clearCookies();
    await page.reload();
    if (named !== "another name") {
      const name = await page.locator("header code").first().innerText();
      await page.evaluate(
        ([at, now]) => {
          const kept = JSON.parse(localStorage.getItem(at) ?? "");
          kept.by.name = now;
          localStorage.setItem(at, JSON.stringify(kept));
        },
        [`payonce.agent.${began}`, name] as const,
      );
      await page.reload();
      await expect(page.getByText(`began it as ${name}`)).toBeVisible();
    }
    await expectElsewhere(page, began);
  });

test("a page that still shows the run of an account that was reset in another tab does not send its key as the new one, where it would buy again", async ({
  page,
  context,
}) => {
  const began = await run(page);
  // It cannot look by itself meanwhile, so that it still shows what it knew.
  await page.route(/agent\.get/, (route) => route.abort());
  await resetInAnotherTab(context);

  const sent: string[] = [];
  page.on("request", (request) => void sent.push(request.url()));
  await page.getByRole("button", { name: "Ask again with the same key" }).click();
  await expect.poll(() => sent.filter((url) => url.includes("session.me"))).toHaveLength(1);
  await expect(page.getByText("The server cannot be read at the moment")).toBeVisible();
  expect(sent.filter((url) => url.includes("agent.run"))).toEqual([]);
  await page.unroute(/agent\.get/);
  await expectElsewhere(page, began);
  // The new account's run is its own: it is asked for again under its key.
  await page.getByRole("button", { name: "Ask again with the same key" }).click();
  await expect.poll(() => sent.filter((url) => url.includes("agent.run")).length).toBe(2);
  await expect(page.locator('[data-state="completed"]')).toBeVisible();
});
