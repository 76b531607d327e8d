import { expect, test } from "../fixtures/test.ts";

test("no request of a whole purchase leaves the origin, and no script is blocked", async ({
  page,
  baseURL,
  bank,
  checkout,
}) => {
  const elsewhere: string[] = [];
  page.on("request", (request) => {
    if (new URL(request.url()).origin !== baseURL) elsewhere.push(request.url());
  });
  await page.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      throw new Error(`Blocked: ${event.violatedDirective} ${event.blockedURI}`);
    });
  });
  await page.goto("/");
  await expect(checkout.payButton).not.toHaveAttribute("aria-disabled");
  await checkout.pay();
  await expect(page.locator("[data-stage=over]")).toBeVisible();
  const orderId = await checkout.buy();
  await checkout.pay();
  await checkout.ends("paid");
  await page.getByRole("link", { name: "Ledger" }).click();
  for (const books of ["Our postings", "The bank's statement"]) {
    await expect(page.getByRole("region", { name: books }).getByRole("table")).toBeVisible();
  }

  expect(elsewhere).toEqual([]);
  expect(await bank.charges(orderId)).toHaveLength(1);
});

test("every answer has its headers, whatever its path ends in; each page has a policy with a nonce of its own, and an injected script does not run", async ({
  page,
  request,
}) => {
  const policies = [];
  for (const path of ["/", "/", "/ledger"]) {
    policies.push((await request.get(path)).headers()["content-security-policy"] ?? "");
  }
  const nonces = policies.map((policy) => /'nonce-([^']+)'/.exec(policy)?.[1]);
  expect(new Set(nonces).size).toBe(3);
  expect(nonces).not.toContain(undefined);
  for (const policy of policies) {
    for (const part of ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"]) {
      expect(policy).toContain(part);
    }
  }

  for (const path of [
    "/",
    "/ledger",
    "/checkout/x.y",
    "/ledger.a",
    "/api/health",
    "/api/trpc/session.me",
  ]) {
    const headers = (await request.get(path)).headers();
    expect([path, headers["x-content-type-options"], headers["referrer-policy"]]).toEqual([
      path,
      "nosniff",
      "same-origin",
    ]);
    expect(headers["permissions-policy"], path).toContain("payment=()");
    if (headers["content-type"]?.startsWith("text/html"))
      expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
    expect(headers["strict-transport-security"], path).toBeUndefined();
  }
  const https = await request.get("/", { headers: { "x-forwarded-proto": "https" } });
  expect(https.headers()["strict-transport-security"]).toMatch(/^max-age=\d{8}/);

  // Its own request, without the kit's browser: there a blocked script would be held against the page.
  const html = await (await request.get("/")).text();
  expect(html.match(/<script(?![^>]*nonce=)/g) ?? [], "scripts without the nonce").toEqual([]);
  await page.close();
});
