import { fetchRequestHandler } from "@trpc/server/adapters/fetch";
import { BadPlan, type Fault, parsePlan } from "../faults/plan.ts";
import { meetFaults } from "../faults/engine.ts";
import { httpEdge } from "../faults/http-edge.ts";
import { tellFault } from "../faults/tell-fault.ts";
import { enterRun, leaveRun } from "../lab/gates/enter-run.ts";
import { canonicalKey, headerKey } from "../idempotency/http/index.ts";
import { operations } from "../operations.ts";
import { isHttps } from "../session/is-https.ts";
import { accountTag, openSession } from "../session/session.ts";
import { arrive } from "../timeline/arrive.ts";
import { currentDelivery, type Delivery, flush, note, withDelivery } from "../timeline/delivery.ts";
import { IDEMPOTENT_LANE } from "../timeline/event.ts";
import { noteAnswer } from "../timeline/note-answer.ts";
import { router } from "../trpc/router.ts";
import type { Services } from "../wiring.ts";
import { checkBatch, checkOrigin, parseBody, readBody, readProcedures } from "./check-request.ts";
import { leaveTrace } from "./leave-trace.ts";
import { Refused, refusalResponse } from "./refuse.ts";
import { takeToken } from "./take-token.ts";

const ENDPOINT = "/api/trpc";
const LANES = "lab.pay";
const LOST =
  "This session is none that we know any more. This request did nothing. Reload the page.";
const ANOTHER =
  "This page was made for another account than this session's. This request did nothing. Reload the page.";
const INTRODUCTIONS: ReadonlySet<string> = new Set(["session.me", "session.leave"]);
const IDEMPOTENT: ReadonlySet<string> = new Set(operations.map(({ procedure }) => procedure));

/**
 * One HTTP request, in the contract's order: body limit, content type and origin, session, rate limit, and then
 * tRPC with the door behind it. Nothing here uses a key up.
 */
export async function handleRequest(services: Services, request: Request): Promise<Response> {
  const url = new URL(request.url);
  const https = isHttps(request.headers, request.url);
  const session = await openSession(request.headers.get("cookie"), services.sessionSecrets, https);
  const procedures = readProcedures(url.pathname.slice(ENDPOINT.length + 1));
  // In another account every key is unused: what was paid under the one before would be paid again. A page load gives a new one, or
  // the question who one is; no answer to a page that stands there does, for its next press would go out under it.
  const estranged =
    session.lost && !INTRODUCTIONS.has(procedures.join())
      ? LOST
      : !isOwnPage(request, session.account) && ANOTHER;
  const finish = (response: Response) => {
    leaveTrace(response, procedures.join());
    // Compressing a stream would hold its lines back until a block is full.
    const streams = response.headers.get("content-type") === "text/event-stream";
    response.headers.set("Cache-Control", streams ? "no-store, no-transform" : "no-store");
    if (session.setCookie && !estranged) response.headers.append("Set-Cookie", session.setCookie);
    return response;
  };
  try {
    const body = await readBody(request);
    checkOrigin(request);
    checkBatch(procedures, url.searchParams.has("batch"), request.method);
    if (estranged) throw new Refused(401, "UNAUTHORIZED", estranged);
    // What is limited and counted here is what runs there: tRPC gets the path as it was read.
    url.pathname = `${ENDPOINT}/${procedures.join()}`;
    const input = parseBody(body);
    const counted = countedAs(services, request, procedures[0] ?? "", input);
    const db = counted ? services.db : services.aside.db;
    const serve = () => serveTrpc({ ...services, db }, session.account, url, request, body);
    return finish(
      counted
        ? await deliver(services, session.account, counted, request, input, serve)
        : await serve(),
    );
  } catch (error) {
    if (error instanceof Refused) return finish(refusalResponse(error));
    throw error;
  }
}

/** A page says whose it is; who says nothing (curl, a stream) is whoever the cookie says. */
function isOwnPage({ headers }: Request, account: string): boolean {
  const tag = headers.get("x-account-tag");
  return tag === null || tag === accountTag(account);
}

async function serveTrpc(
  services: Services,
  account: string,
  url: URL,
  request: Request,
  body: string | undefined,
) {
  const { sessionSecrets: _secrets, pool: _pool, aside: _aside, timings, ...runtime } = services;
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  return await fetchRequestHandler({
    endpoint: ENDPOINT,
    router,
    // Not the request's signal: a client that goes away must not undo the record of an effect. A stream has none.
    req: new Request(url, {
      method: request.method,
      headers,
      ...(body !== undefined && { body }),
      ...(request.method === "GET" && { signal: request.signal }),
    }),
    createContext: ({ resHeaders }) => ({
      ...runtime,
      account,
      keyHeader: request.headers.get("idempotency-key"),
      resHeaders,
      httpMs: timings.httpMs,
    }),
  });
}

/** A keyed request: limited, counted, told in the timeline, and met by its faults. */
async function deliver(
  services: Services,
  account: string,
  { key, lane, procedure }: Counted,
  request: Request,
  input: unknown,
  serve: () => Promise<Response>,
): Promise<Response> {
  const db = services.pool.db;
  const orderId = canonicalKey(field(input, "orderId"));
  const { headers } = request;
  let delivery: Delivery;
  let plan: Fault[];
  try {
    await takeToken(db, account);
    plan = await planOf(services, account, request);
    delivery = await arrive(db, { account, lane, key, orderId, procedure, headers });
  } catch (error) {
    if (error instanceof Refused) throw error;
    if (error instanceof BadPlan) throw new Refused(400, "BAD_REQUEST", error.message);
    // Without its database this server counts nothing and breaks nothing: the door says what is the matter.
    return await serve();
  }
  const answer = async () => {
    const response = await serve();
    // Before it is noted: whoever opens the line finds the number that was given to the client.
    leaveTrace(response, procedure);
    // What a dead attempt's door says after its deadline reaches nobody.
    if (!currentDelivery()?.dead) await noteAnswer(response);
    return response;
  };
  const once = async (current: Delivery) => {
    if (services.lab) await enterRun(db, current);
    return await withDelivery(current, () => answer().finally(() => end(current)));
  };
  const end = async (current: Delivery) => {
    current.afterwards = () => void flush(db, current);
    await flush(db, current);
    await leaveRun(db, current);
  };
  if (plan.length === 0) return await once(delivery);

  let died = () => {};
  const gone = new Promise<void>((resolve) => (died = resolve));
  const arrival = {
    plan,
    account,
    key,
    arrival: delivery.arrival,
    died() {
      // A process that dies forgets what it kept in memory.
      services.lab?.forget(account);
      const dying = currentDelivery();
      if (dying) dying.dead = true;
      void leaveRun(db, dying);
      died();
    },
    async tell(fault: Fault) {
      note(tellFault(fault, arrival, true));
      await flush(db, delivery);
    },
    spared: (fault: Fault) => note(tellFault(fault, arrival, false)),
  };
  const again = async () =>
    await once(
      await arrive(db, { account, lane, key, orderId, procedure, headers, byFault: true }),
    );
  return await withDelivery(delivery, () =>
    meetFaults(arrival, () => httpEdge(() => once(delivery), again, gone)),
  );
}

async function planOf(services: Services, account: string, request: Request): Promise<Fault[]> {
  if (services.faults === undefined) return [];
  return parsePlan(request.headers.get("x-fault-plan") ?? (await services.faults.meet(account)));
}

/** What an arrival is counted under, and what its faults are drawn with. */
interface Counted {
  key: string;
  lane: string;
  procedure: string;
}

/** Keyed mutations are counted, and lanes of the lab by the key of their run, whether their client has one or not. */
function countedAs(
  services: Services,
  request: Request,
  procedure: string,
  input: unknown,
): Counted | undefined {
  if (request.method !== "POST") return undefined;
  if (procedure === LANES && services.lab !== undefined) {
    const [key, lane] = [canonicalKey(field(input, "runKey")), field(input, "lane")];
    return key !== undefined && services.lab.isLane(lane) ? { key, lane, procedure } : undefined;
  }
  const key = IDEMPOTENT.has(procedure) ? keyOf(request, input) : undefined;
  return key === undefined ? undefined : { key, lane: IDEMPOTENT_LANE, procedure };
}

/** For counting and faults alone. A key that the door will refuse is not one: it must not touch the database. */
function keyOf(request: Request, input: unknown): string | undefined {
  const key = canonicalKey(field(input, "idempotencyKey"));
  const header = request.headers.get("idempotency-key");
  return header === null || headerKey(header) === key ? key : undefined;
}

function field(input: unknown, name: string): unknown {
  return typeof input === "object" && input !== null ? Reflect.get(input, name) : undefined;
}
