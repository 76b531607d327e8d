import type { Locator, Page } from "@playwright/test";
import postgres from "postgres";
import { LabPage } from "../fixtures/lab-page.ts";
import { adminUrl } from "../fixtures/stack.ts";
import { expect, test } from "../fixtures/test.ts";
import { beyondMachine, measureRounds } from "./rounds.ts";

const LINES = 700;
/** Three of four frames come when the next one is due, or within half a frame of it. */
const FRAME_MAX_MS = 25;
const FRAMES = 90;
const EMPTY_PAGE = `<div id="box" style="height:560px;overflow-y:auto"><div style="height:20000px"></div></div>`;

test("700 events: 500 are drawn, the older ones stand there as their count, and scrolling through them keeps up", async ({
  page,
  context,
  shop: _account,
}) => {
  test.setTimeout(180_000);
  const lab = new LabPage(page);
  await lab.open("double-delivery", "?m=idempotent&view=sequence");
  await lab.pay();
  await lab.settled("idempotent");
  const key = await repeatEvents(await lab.orderId("double-delivery"));
  await expect(lab.happened.getByText(/earlier events not drawn/)).toBeVisible({ timeout: 40_000 });
  await expect(lab.happened.locator("ol button")).toHaveCount(500);
  const empty = await context.newPage();
  await empty.setContent(EMPTY_PAGE);

  for (const view of ["Sequence", "List"]) {
    await lab.happened.getByRole("button", { name: view, exact: true }).click();
    const box = lab.happened.locator(".overflow-y-auto");
    await scrollsAsFastAsAnEmptyPage(`the lab's ${view.toLowerCase()}`, box, empty);
  }
  await page.goto(`/ledger?key=${key}`);
  await expect(page.getByRole("listitem").nth(400)).toBeAttached();
  await scrollsAsFastAsAnEmptyPage("the ledger's timeline", page.locator(":root"), empty);
});

/** What an order has lived through, again and again. @returns the key that it was under */
async function repeatEvents(orderId: string): Promise<string> {
  const sql = postgres(String(adminUrl()), { max: 1, fetch_types: false });
  const [row] = await sql<{ key: string }[]>`
    insert into timeline_events (account, key, order_id, arrival, sent_by, point, outcome, text)
    select e.account, e.key, e.order_id, 3, 'app', 'replayed', 'done', 'Gave the stored answer again; nothing ran'
      from (select * from timeline_events where order_id = ${orderId} limit 1) e, generate_series(1, ${LINES})
    returning key`;
  await sql.end({ timeout: 1 });
  return String(row?.key);
}

async function scrollsAsFastAsAnEmptyPage(name: string, box: Locator, empty: Page): Promise<void> {
  const rounds = await measureRounds(FRAME_MAX_MS, async () =>
    beyondMachine(`frames of ${name}`, await scroll(box), await scroll(empty.locator("#box"))),
  );
  expect(rounds[0], `${name}: ${rounds.join(", ")}`).toBeLessThanOrEqual(FRAME_MAX_MS);
}

/** Scrolls all the way, a step in each frame. @returns the time between one frame and the next, milliseconds */
async function scroll(box: Locator): Promise<number[]> {
  await box.page().bringToFront();
  return box.evaluate(async (element, frames) => {
    const gaps: number[] = [];
    element.scrollTop = 0;
    let last = await new Promise(requestAnimationFrame);
    for (let at = 1; at <= frames; at += 1) {
      element.scrollTop = (at / frames) * (element.scrollHeight - element.clientHeight);
      const now = await new Promise(requestAnimationFrame);
      gaps.push(now - last);
      last = now;
    }
    return gaps;
  }, FRAMES);
}
