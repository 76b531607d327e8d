import { PageSkeleton } from "../frame/page-skeleton.tsx";
import { BENCH_PARTS } from "./bench-parts.ts";

export function LabSkeleton() {
  const head = "h-[198px] min-[701px]:h-[66px]";
  return <PageSkeleton title="the lab" width="max-w-[1480px]" head={head} parts={BENCH_PARTS} />;
}
