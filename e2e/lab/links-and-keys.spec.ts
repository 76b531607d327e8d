import { v7 } from "uuid";
import { expect, test } from "../fixtures/test.ts";
import { LabPage } from "../fixtures/lab-page.ts";

test("opening a link arms nothing and sends nothing: it shows the plan and waits", async ({
  page,
  shop,
}) => {
  const lab = new LabPage(page);
  const plan = "lose-response@%30#7,deliver-twice@1";
  await lab.open("", `?m=split&v=1&seed=42&plan=${encodeURIComponent(plan)}`);
  await expect(page.getByLabel("The plan, as text")).toHaveValue(
    "lose-response@%30#42,deliver-twice@1",
  );
  await expect(lab.main.getByText("2 in the plan")).toBeVisible();
  expect(await shop.api.faults.get.query()).toEqual({ plan: "" });
  expect(await shop.api.timeline.list.query()).toEqual([]);
});

test("a plan that cannot be read names its entry, and nothing is run with it", async ({
  page,
  shop,
}) => {
  const lab = new LabPage(page);
  await lab.open("", "?m=idempotent&v=1&plan=lose-response%401%2Close-respons");
  await expect(page.locator("#plan-problem")).toContainText('"lose-respons": no fault is called');
  await expect(lab.main.getByRole("button", { name: /^Pay €/ })).toHaveAttribute(
    "aria-disabled",
    "true",
  );
  await lab.main.getByRole("button", { name: /^Pay €/ }).click({ force: true });
  expect(await shop.api.timeline.list.query()).toEqual([]);
});

test("a link of a newer version says so", async ({ page, shop: _account }) => {
  await new LabPage(page).open("lost-response", "?v=9");
  await expect(page.getByText("made by a newer version")).toBeVisible();
});

/** Some events are there; without LISTEN they come up to a second after the answer. */
async function allIsShown(lab: LabPage) {
  await expect(lab.happened.locator("output")).toHaveText(/^([1-9]\d*) \/ \1$/);
}

test("keyboard alone: mode, pay, step, open a step and come back", async ({
  page,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("double-delivery", "?m=split&view=list");
  await page.keyboard.press("i");
  await expect(page.getByRole("button", { name: "Idempotent", exact: true })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await expect(page).toHaveURL(/m=idempotent/);
  await page.keyboard.press("p");
  await lab.settled("idempotent");

  await allIsShown(lab);
  await page.keyboard.press("ArrowLeft");
  await expect(page).toHaveURL(/t=\d+/);
  // The bank's own events still come: the last one is where no next one is.
  await expect(async () => {
    await page.keyboard.press("ArrowRight");
    await expect(page).not.toHaveURL(/t=\d+/, { timeout: 500 });
  }).toPass();

  await lab.happened.locator("ol button[tabindex='0']").focus();
  await page.keyboard.press("ArrowUp");
  const row = lab.happened.locator("ol button:focus");
  const sentence = String(await row.getAttribute("aria-label"));
  expect(sentence).toMatch(/^[\d.]+ m?s, (request \d|the bank's event), .*: /);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toContainText(sentence);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(row).toHaveAttribute("aria-label", sentence);
});

test("no key acts while somebody types, and they can be switched off", async ({ page, shop }) => {
  const lab = new LabPage(page);
  await lab.open("lost-response", "?m=split");
  await page.getByLabel("Seed").focus();
  await page.keyboard.type("pin");
  await expect(page).toHaveURL(/m=split/);
  expect(await shop.api.timeline.list.query()).toEqual([]);

  await lab.main.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("?");
  await page.getByRole("checkbox", { name: "Keys are on" }).uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("n");
  await expect(page).toHaveURL(/m=split/);
});

test("where there is no clipboard the text is selected instead", async ({
  page,
  shop: _account,
}) => {
  await page.addInitScript(() =>
    Reflect.defineProperty(navigator, "clipboard", { value: undefined }),
  );
  await new LabPage(page).open("lost-response", "?m=split");
  await page.locator("#copy").getByRole("button", { name: "Link" }).click();
  const box = page.getByLabel("The text to copy");
  await expect(box).toHaveValue(/\/lab\/lost-response\?m=split&seed=7&v=1&plan=lose-response%401$/);
  const selected = await box.evaluate(
    (area: HTMLTextAreaElement) => area.selectionEnd - area.selectionStart,
  );
  expect(selected).toBeGreaterThan(40);
});

test("the line of a refused request shows the trace that its client was given: short, and copied whole", async ({
  page,
  context,
  shop,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const lab = new LabPage(page);
  await lab.open("", "?m=idempotent&view=list");
  const orderId = await lab.orderId("");
  const paymentMethod = "pm_card_nobodyHas";
  const refused = await shop.pay({ orderId, idempotencyKey: v7(), amount: 4800, paymentMethod });
  expect(refused.status).toBe(400);
  const trace = String(refused.headers.get("x-trace-id"));
  expect(trace).toMatch(/^[0-9a-f]{32}$/);

  await lab.happened.getByRole("button", { name: /BAD_REQUEST \(400\)/ }).click();
  const drawer = page.getByRole("dialog");
  await expect(drawer).toContainText(`${trace.slice(0, 8)}…`);
  await expect(drawer).not.toContainText(trace);
  await drawer.getByRole("button", { name: "Copy the trace" }).click();
  await expect(drawer).toContainText("Copied.");
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(trace);
});

test("a link out of the lab is followed while the lab is played", async ({
  page,
  shop: _account,
}) => {
  const lab = new LabPage(page);
  await lab.open("double-delivery", "?m=split");
  await lab.pay();
  await lab.settled("idempotent");
  await allIsShown(lab);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await page.route(/\/ledger/, (route) => held.then(() => route.continue()));
  const output = lab.happened.locator("output");
  const played = async () => Number.parseInt(await output.innerText());
  await lab.main.getByRole("button", { name: "▶ Play" }).click();
  await expect(lab.main.getByRole("button", { name: "‖ Pause" })).toBeVisible();
  await page
    .getByRole("navigation", { name: "Main" })
    .getByRole("link", { name: "Ledger" })
    .click();
  // The ledger is on its way while the lab plays on: an address that is written meanwhile would drop it.
  const last = Number((await output.innerText()).split("/")[1]);
  const before = Math.min(await played(), last - 1);
  await expect.poll(played).toBeGreaterThan(before);
  letGo();
  await expect(page).toHaveURL(/\/ledger$/);
  await expect(page.getByRole("heading", { level: 1, name: "Ledger" })).toBeVisible();
});
