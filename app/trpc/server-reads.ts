import { TRPCError } from "@trpc/server";
import { sql } from "drizzle-orm";
import { cookies, headers } from "next/headers";
import { notFound } from "next/navigation";
import { cache } from "react";
import { isHttps } from "../../server/session/is-https.ts";
import { openSession } from "../../server/session/session.ts";
import { servicesFor } from "../../server/services.ts";
import { withDigest } from "../../server/telemetry/with-digest.ts";
import { callerFor } from "../../server/trpc/caller-for.ts";
import type { Catalogue, Order, Pattern, PaymentMethod, Session } from "./outputs.ts";

const own = async () => servicesFor((await headers()).get("host"));

/** The procedures themselves, for the account of the page's own request. Once a request, however many parts ask. */
const caller = cache(async () => {
  const https = isHttps(await headers());
  const services = await own();
  const { account } = await openSession(
    (await cookies()).toString(),
    services.sessionSecrets,
    https,
  );
  return callerFor(services, account);
});

export async function readSession(): Promise<Session> {
  return withDigest((await caller()).session.me());
}

/** For pages that are absent where faults are. */
export async function onlyWithFaults(): Promise<void> {
  if ((await own()).faults === undefined) notFound();
}

/** The plan that this account keeps armed; "" where faults are absent or nothing is armed. */
export async function readArmedPlan(): Promise<string> {
  if ((await own()).faults === undefined) return "";
  // A page that cannot be read for want of its amber bar would be the worse mistake.
  return (await caller()).faults.get().then(
    ({ plan }) => plan,
    () => "",
  );
}

let postgresVersion: Promise<string> | undefined;

/** "18.4", as the server says it, asked once per process; "" while it cannot be asked. */
export async function readPostgresVersion(): Promise<string> {
  const { aside } = await own();
  postgresVersion ??= aside.db
    .execute(sql`show server_version`)
    .then(([row]) => String(row?.["server_version"]).split(" ")[0] ?? "")
    .catch(() => {
      postgresVersion = undefined;
      return "";
    });
  return await postgresVersion;
}

/** What the lab is made of; null where faults are absent. */
export async function readLab() {
  if ((await own()).faults === undefined) return null;
  const { lab } = await caller();
  const [presets, lanes] = await withDigest(Promise.all([lab.presets(), lab.lanes()]));
  return {
    presets,
    // As it would come over the wire: what is not there is left out.
    lanes: lanes.map(({ guilty, ...lane }) => ({ ...lane, ...(guilty && { guilty }) })),
  };
}

export async function readCatalogue(): Promise<Catalogue> {
  return withDigest((await caller()).catalog.list());
}

export async function readMethods(): Promise<PaymentMethod[]> {
  return withDigest((await caller()).paymentMethods.list());
}

/** Null: this account has no such order. */
export async function readOrder(orderId: string): Promise<Order | null> {
  return withDigest((await caller()).orders.get({ orderId }).catch(nullIfAbsent));
}

function nullIfAbsent(error: unknown): null {
  if (error instanceof TRPCError && (error.code === "NOT_FOUND" || error.code === "BAD_REQUEST"))
    return null;
  throw error;
}

/** With the code that runs, read from its files. Only with FAULTS: without them there is nothing to break. */
export async function readPatterns(): Promise<Pattern[]> {
  return withDigest((await caller()).lab.patterns());
}
