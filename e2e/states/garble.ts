import type { Page } from "@playwright/test";

/** From now on this procedure's answer is an object that is not what it should be: what draws it throws. */
export async function garble(page: Page, procedure: string): Promise<void> {
  await page.route(`**/api/trpc/${procedure}*`, (route) =>
    route.fulfill({ json: { result: { data: { not: "what it should be" } } } }),
  );
}
