import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { PLAINLY } from "./announce.ts";
import type { Bank, Call, Reply } from "./call.ts";
import { readFault, type Fault } from "./fault.ts";
import { decodeForm, flattenForm, type Form } from "./form.ts";
import { newId, sha256 } from "./ids.ts";
import { findRoute } from "./routes.ts";
import { apiError, invalid, StripeError } from "./stripe-error.ts";

const BODY_MAX_BYTES = 64 * 1024;
const KEY_MAX_CHARACTERS = 255;
/** How long `timeout-after` keeps its caller waiting before the connection closes. */
const SILENCE_MS = 30_000;
const NO_FAULT: Fault = { before: null, after: null, busyMs: 0, telling: PLAINLY };

/** Answers one HTTP request. Never throws: what nobody foresaw is a 500, and a 500 promises nothing. */
export async function serve(
  bank: Bank,
  faults: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const requestId = newId("req");
  let fault = NO_FAULT;
  let reply: Reply;
  try {
    if (faults) fault = readFault(header(request, "x-bank-fault"));
    reply = await answerTo(bank, request, requestId, fault);
  } catch (error) {
    const known = error instanceof StripeError ? error : apiError();
    if (known !== error) report(requestId, error);
    send(request, response, requestId, replyOf(known));
    return;
  }
  await sendUnder(fault, request, response, requestId, reply);
}

async function answerTo(
  bank: Bank,
  request: IncomingMessage,
  requestId: string,
  fault: Fault,
): Promise<Reply> {
  const url = new URL(request.url ?? "/", "http://bank");
  const method = request.method ?? "GET";
  if (url.pathname === "/health" && method === "GET") return health(bank);
  const route = findRoute(method, url.pathname);
  const merchant = merchantOf(header(request, "authorization"));
  if (route === null) {
    throw invalid(
      `Unrecognized request URL (${method}: ${url.pathname.slice(0, 100)}).`,
      undefined,
      undefined,
      404,
    );
  }
  if (fault.before === "error") throw apiError();
  if (fault.before === "rate-limit") throw tooManyRequests();
  const form = method === "GET" ? url.search.slice(1) : await readBody(request);
  const params = decodeForm(form);
  const call: Call = {
    merchant,
    params,
    id: route.id,
    idempotencyKey: method === "POST" ? keyOf(request) : null,
    fingerprint: fingerprintOf(method, url.pathname, params),
    requestId,
    busyMs: fault.busyMs,
    telling: bank.tells ? fault.telling : null,
  };
  if (method === "GET" && fault.busyMs > 0) await sleep(fault.busyMs);
  return route.handle(bank, call);
}

async function health(bank: Bank): Promise<Reply> {
  try {
    await bank.database.run((sql) => sql`select 1`);
    return { status: 200, body: '{"ok":true}', replayOf: null };
  } catch {
    return { status: 503, body: '{"ok":false,"failing":"database"}', replayOf: null };
  }
}

/** Any `sk_test_…`, as a bearer or as the name of basic authentication, the two ways Stripe takes it. */
function merchantOf(authorization: string | undefined): string {
  const [scheme, credential = ""] = (authorization ?? "").split(" ");
  const basic = scheme?.toLowerCase() === "basic";
  const secret = basic
    ? (Buffer.from(credential, "base64").toString().split(":")[0] ?? "")
    : credential;
  if (!/^sk_test_\w{4,200}$/.test(secret)) {
    throw invalid(
      "You did not provide a valid API key. Provide it in the Authorization header: 'Authorization: Bearer sk_test_…'.",
      undefined,
      undefined,
      401,
    );
  }
  return sha256(secret).toString("hex").slice(0, 16);
}

function keyOf(request: IncomingMessage): string | null {
  const key = header(request, "idempotency-key");
  if (key === undefined) return null;
  if (key === "" || key.length > KEY_MAX_CHARACTERS) {
    throw invalid(`The Idempotency-Key must have 1 to ${KEY_MAX_CHARACTERS} characters.`);
  }
  return key;
}

/** Method, path and parameters in the order of their names. Never a header: retries may differ in those. */
function fingerprintOf(method: string, path: string, params: Form): string {
  return sha256(JSON.stringify([method, path, flattenForm(params)])).toString("hex");
}

/** Reads on past the limit, keeping nothing: a body left half-read would be taken for the connection's next request. */
async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_MAX_BYTES) chunks.push(chunk);
  }
  if (bytes > BODY_MAX_BYTES)
    throw invalid("The request body is too large.", undefined, undefined, 413);
  return Buffer.concat(chunks).toString("utf8");
}

async function sendUnder(
  fault: Fault,
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  reply: Reply,
): Promise<void> {
  switch (fault.after) {
    case null:
      return send(request, response, requestId, reply);
    case "error":
      return send(request, response, requestId, replyOf(apiError()));
    case "garbage":
      return send(request, response, requestId, {
        ...reply,
        status: 200,
        body: reply.body.slice(0, 40),
      });
    case "reset":
      request.socket.resetAndDestroy();
      return;
    case "timeout":
      // Unreferenced: a bank that was told to stop does not wait for the end of a silence.
      await sleep(SILENCE_MS, undefined, { ref: false });
      request.socket.destroy();
  }
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  requestId: string,
  reply: Reply,
): void {
  const key = header(request, "idempotency-key");
  const version = header(request, "stripe-version");
  response.writeHead(reply.status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(reply.body),
    "cache-control": "no-cache, no-store",
    "request-id": requestId,
    ...(version === undefined ? {} : { "stripe-version": version }),
    ...(key === undefined ? {} : { "idempotency-key": key }),
    ...(reply.replayOf === null
      ? {}
      : { "idempotent-replayed": "true", "original-request": reply.replayOf }),
    ...(reply.status === 429 ? { "retry-after": "1" } : {}),
  });
  response.end(reply.body);
}

function tooManyRequests(): StripeError {
  return new StripeError(429, {
    type: "invalid_request_error",
    code: "rate_limit",
    message: "Too many requests hit the API too quickly.",
  });
}

function replyOf(error: StripeError): Reply {
  return { status: error.status, body: JSON.stringify({ error: error.body }), replayOf: null };
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}

const REPORT_EVERY_MS = 1_000;
const reportedAt = new Map<string, number>();

/**
 * The kind of error and no more: a message of the driver may quote parameters. Once a second for each kind: while
 * Postgres is away every request fails alike.
 */
function report(requestId: string, error: unknown): void {
  const name = error instanceof Error ? error.name : typeof error;
  const kind = error instanceof Error && "code" in error ? `${name} ${String(error.code)}` : name;
  if (Date.now() - (reportedAt.get(kind) ?? 0) < REPORT_EVERY_MS) return;
  reportedAt.set(kind, Date.now());
  console.error(`bank: ${requestId} answered 500: ${kind}`);
}
