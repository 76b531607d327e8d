import { PageSkeleton } from "../frame/page-skeleton.tsx";

/** Higher than any window: what comes after the first pattern is below the fold. */
const PARTS = [{ grid: "", boxes: ["h-[2823px] min-[1000px]:h-[2063px]"] }];

export default function Loading() {
  const head = "h-[358px] min-[700px]:h-[182px]";
  return <PageSkeleton title="the patterns" head={head} parts={PARTS} />;
}
