import { hash } from "node:crypto";
import { openDatabase, type Database, type OpenDatabase } from "../db/client.ts";
import { planByModel } from "./agent/plan-by-model.ts";
import { planByRules } from "./agent/plan-by-rules.ts";
import type { AgentTools } from "./agent/ports.ts";
import { suppliers } from "./agent/suppliers.ts";
import { type Env, env, RECOVER_WITHIN_MS, type Timings } from "./env.ts";
import { droppingStore } from "./faults/dropping-store.ts";
import { onLifecycle } from "./faults/engine.ts";
import { parsePlan, writeFault } from "./faults/plan.ts";
import { faultyFetch, faultySuppliersFetch } from "./faults/provider-fetch.ts";
import { getStoredPlan, meetStoredPlan, setStoredPlan } from "./faults/stored-plan.ts";
import type { LifecycleEvent } from "./idempotency/index.ts";
import { holdAtGate } from "./lab/gates/hold-at-gate.ts";
import { labGear } from "./lab/lab-gear.ts";
import { bankDeliveries } from "./payments/bank-deliveries.ts";
import type { PaymentProvider } from "./payments/provider.ts";
import { stripeProvider } from "./payments/stripe.ts";
import type { Secrets } from "./session/seal.ts";
import { watchEvent } from "./telemetry/watch-event.ts";
import { noteEvent } from "./timeline/delivery.ts";
import { timelineWatch, type WatchTimeline } from "./timeline/watch-timeline.ts";
import { tellingStore } from "./timeline/telling-store.ts";
import type { FaultControls, LabGear } from "./trpc/context.ts";
import type { Runtime } from "./trpc/operation.ts";

/** Everything that runs, put together: the only file that knows which real things are used. */
export interface Services extends Runtime {
  pool: OpenDatabase;
  /** For whoever looks, or fills a cart: a crowd of them must not take the connections of those who pay. */
  aside: OpenDatabase;
  timings: Timings;
  sessionSecrets: Secrets;
  webhookSecrets: readonly string[] | undefined;
  faults: FaultControls | undefined;
  /** FAULTS=i-know: they are there for a classroom, under any name that this server is reached by. */
  faultsAnywhere: boolean;
  lab: LabGear | undefined;
  /** Who waits for news of the timeline in this process. */
  watchTimeline: WatchTimeline;
  selfUrl: string;
}

/** @param name shown in `pg_stat_activity` */
export function wire(name: string): Services {
  const given = env.app();
  const open = (max: number) =>
    openDatabase({
      url: given.databaseUrl,
      max,
      timings: given.timings,
      applicationName: name,
      prepare: given.prepare,
    });
  const pool = open(given.poolMax);
  const bank = {
    secretKey: given.stripeSecretKey,
    url: given.bankUrl,
    timeoutMs: given.timings.providerMs,
    ...(given.faults && { fetch: faultyFetch }),
  };
  const payments = stripeProvider(bank);
  const agent = {
    planner: given.model ? planByModel(given.model) : planByRules,
    ...suppliers({
      url: given.suppliersUrl,
      timeoutMs: given.timings.providerMs,
      ...(given.faults && { fetch: faultySuppliersFetch }),
    }),
  };
  return {
    ...runtime(pool, { payments, agent }, given),
    pool,
    aside: open(Math.max(2, Math.floor(given.poolMax / 2))),
    timings: given.timings,
    sessionSecrets: given.sessionSecrets,
    webhookSecrets: given.webhookSecrets,
    faults: given.faults ? faultControls(pool.db) : undefined,
    faultsAnywhere: given.faultsAnywhere,
    lab: given.faults
      ? labGear({
          db: pool.db,
          payments: stripeProvider({ ...bank, looksUp: false }),
          deliveries: given.bankUrl ? bankDeliveries({ ...bank, url: given.bankUrl }) : undefined,
          pass: (event) => holdThenBreak(pool.db, event),
          finalMs: given.timings.finalMs,
        })
      : undefined,
    watchTimeline: timelineWatch(pool.listen),
    selfUrl: `http://127.0.0.1:${given.port}`,
  };
}

/** The part that the operations see. Tests make it from their own database and bank. */
export function runtime(
  pool: OpenDatabase,
  { payments, agent }: { payments: PaymentProvider; agent: AgentTools },
  { timings, faults, stripeSecretKey }: Pick<Env, "timings" | "faults" | "stripeSecretKey">,
): Runtime {
  return {
    db: faults ? tellingStore(droppingStore(pool)) : pool.db,
    payments,
    agent,
    // Another account at the provider knows none of this one's charges, and must not be sent them again.
    namespace: `payonce ${hash("sha256", stripeSecretKey).slice(0, 8)}`,
    finalMs: timings.finalMs,
    limits: {
      leaseMs: timings.leaseMs,
      waitMs: timings.waitMs,
      recoverWithinMs: RECOVER_WITHIN_MS,
    },
    onEvent: async (event) => {
      await noteEvent(event);
      watchEvent(event);
      if (faults) await holdThenBreak(pool.db, event);
    },
  };
}

/** An attempt is let go before it meets its faults: a crash at a gate is a crash after it. */
async function holdThenBreak(db: Database, event: LifecycleEvent): Promise<void> {
  await holdAtGate(db, event);
  await onLifecycle(event);
}

function faultControls(db: Database): FaultControls {
  return {
    read: (plan) =>
      parsePlan(plan).map((fault) => ({
        entry: writeFault(fault),
        name: fault.name,
        chance: fault.arrivals.kind === "chance",
      })),
    get: (account) => getStoredPlan(db, account),
    meet: (account) => meetStoredPlan(db, account),
    async set(account, plan) {
      parsePlan(plan);
      await setStoredPlan(db, account, plan);
    },
  };
}
