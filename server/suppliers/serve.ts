import type { IncomingMessage, ServerResponse } from "node:http";
import { answer, type Reply } from "./answer.ts";
import type { SuppliersSql } from "./database.ts";
import { type Fault, readFault } from "./fault.ts";
import { listJournal } from "./list-journal.ts";
import { DESKS } from "./read-asked.ts";
import { Refusal } from "./refusal.ts";

const BODY_BYTES_MAX = 64 * 1024;
/** How long `timeout-after` keeps its caller waiting before the connection closes. */
const SILENCE_MS = 30_000;

/** Answers one HTTP request. Never throws: what nobody foresaw is a 500, and a 500 promises nothing. */
export async function serve(
  sql: SuppliersSql,
  faults: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let fault: Fault = { before: false, after: null, busyMs: 0 };
  let reply: Reply;
  try {
    if (faults) fault = readFault(String(request.headers["x-supplier-fault"] ?? ""));
    if (fault.before) throw new Error("as asked");
    reply = await route(sql, request, fault);
  } catch (error) {
    const known = error instanceof Refusal;
    if (!known && !fault.before)
      console.error(`suppliers: answered 500: ${String(error).slice(0, 80)}`);
    return send(
      response,
      errorReply(known ? error.status : 500, known ? error.message : "Something broke."),
    );
  }
  if (fault.after === "reset") return void request.socket.resetAndDestroy();
  if (fault.after === "error") return send(response, errorReply(500, "Something broke."));
  if (fault.after === null) return send(response, reply);
  setTimeout(() => request.socket.destroy(), SILENCE_MS).unref();
}

async function route(sql: SuppliersSql, request: IncomingMessage, fault: Fault): Promise<Reply> {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://suppliers");
  if (request.method === "GET" && pathname === "/health") {
    await sql`select 1`;
    return { status: 200, body: '{"ok":true}', replayed: false };
  }
  if (request.method === "GET" && pathname === "/v1/journal") {
    return { status: 200, body: await listJournal(sql, searchParams), replayed: false };
  }
  const desk = DESKS.find((one) => pathname === `/v1/${one}`);
  if (request.method !== "POST" || desk === undefined) throw new Refusal(404, "No such desk.");
  const body = await readBody(request);
  return await answer(sql, desk, body, keyOf(request), fault.busyMs);
}

function keyOf(request: IncomingMessage): string | undefined {
  const key = request.headers["idempotency-key"];
  if (key === undefined) return undefined;
  if (typeof key === "string" && /^[\w-]{1,100}$/.test(key)) return key;
  throw new Refusal(400, "Idempotency-Key: 1 to 100 letters, digits, _ or -.");
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
  }
  if (bytes > BODY_BYTES_MAX) throw new Refusal(413, "The body is too large.");
  return Buffer.concat(chunks).toString("utf8");
}

function errorReply(status: number, message: string): Reply {
  return { status, body: JSON.stringify({ error: message }), replayed: false };
}

function send(response: ServerResponse, { status, body, replayed }: Reply): void {
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(body),
    "cache-control": "no-store",
    ...(replayed && { "idempotent-replayed": "true" }),
  });
  response.end(body);
}
