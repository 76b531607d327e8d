import type { Metadata } from "next";
import { stormSettings } from "../../server/storm/settings.ts";
import { StormView } from "./storm-view.tsx";

export const metadata: Metadata = { title: "Storm" };

const { orders, deliveries, concurrency, seed } = stormSettings.shape;
const allowed = {
  usual: stormSettings.parse({}),
  bounds: {
    orders: boundsOf(orders),
    deliveries: boundsOf(deliveries),
    concurrency: boundsOf(concurrency),
    seed: boundsOf(seed),
  },
};

/** Load and faults together, and a verdict by the bank's journal. Absent where faults are absent. */
export default function StormPage() {
  return (
    <main id="main" className="mx-auto max-w-[1180px] px-4 pt-6 pb-12">
      <h1 className="text-heading font-semibold">Storm</h1>
      <p className="mt-1 mb-5 max-w-[62ch] text-muted">
        Many orders, each sent several times, with faults on the way. A worker sends them through
        the front door; the verdict compares what customers were told with what the bank took.
      </p>
      <StormView allowed={allowed} />
    </main>
  );
}

function boundsOf(field: typeof orders): { min: number; max: number } {
  const { minValue, maxValue } = field.unwrap();
  return { min: Number(minValue), max: Number(maxValue) };
}
