import { sql, type SQL } from "drizzle-orm";
import { runOnce } from "../../idempotency/index.ts";
import type { EffectRun } from "./effect.ts";

/** Idempotent and atomic: the package, as `checkout.pay` uses it. The bank by a step with its key, the rows by one commit. */
export async function both(run: EffectRun): Promise<void> {
  await runOnce<{ reference: string }>({
    store: run.db,
    account: run.account,
    key: run.key,
    procedure: "lab.atomicity",
    input: { orderId: run.orderId },
    namespace: "payonce-lab",
    limits: run.limits,
    async onEvent({ point }) {
      if (point === "before-commit") await run.crash();
    },
    async handler(attempt) {
      const reference = await attempt.step("charge", {
        request: () => ({ orderId: run.orderId }),
        send: (_request, providerKey) => run.charge(providerKey),
      });
      const effects = (["payment", "receipt"] as const).map((kind) => row(run, kind, reference));
      return await attempt.commit({ reference }, { effects, keepsOrder: false });
    },
  });
}

function row({ orderId, variant }: EffectRun, kind: string, reference: string): SQL {
  return sql`
    insert into lab_effects (account, order_id, variant, effect_id, kind, provider_reference)
    select account, ${orderId}::uuid, ${variant}, gen_random_uuid(), ${kind}, ${reference} from done`;
}
