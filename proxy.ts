import { randomBytes } from "node:crypto";
import { NextResponse, type NextRequest } from "next/server";
import { env } from "./server/env.ts";
import { isHttps } from "./server/session/is-https.ts";
import { openSession } from "./server/session/session.ts";

// Pages only, and whatever may turn out to be one: a path that ends like a file is a page that says 404. The API opens its own session.
// Authorisation is in each procedure and never here.
export const config = { matcher: ["/((?!api/|_next/|icon\\.svg$).*)"] };

/** Gives every page an account and a Content-Security-Policy with a nonce of its own. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const https = isHttps(request.headers, request.nextUrl.protocol);
  const session = await openSession(request.headers.get("cookie"), env.app().sessionSecrets, https);
  const policy = contentSecurityPolicy(randomBytes(16).toString("base64"), env.development());
  const headers = new Headers(request.headers);
  headers.set("content-security-policy", policy);
  headers.delete("x-nonce");
  if (session.setCookie) {
    // The page itself must already see the account that its answer sets.
    const pair = session.setCookie.split(";")[0];
    headers.set("cookie", [request.headers.get("cookie"), pair].filter(Boolean).join("; "));
  }
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  response.headers.set("Cache-Control", "no-store");
  // A page that stands there and fetches its next part does not become another account's by it.
  const document = request.headers.get("accept")?.includes("text/html") ?? false;
  if (session.setCookie && (document || !session.lost))
    response.headers.append("Set-Cookie", session.setCookie);
  return response;
}

function contentSecurityPolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'self'",
    // Not left to script-src: there 'strict-dynamic' would decide for workers too.
    "worker-src 'self'",
    // React's error overlay evaluates code; a production build does not.
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ""}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
