import { PageSkeleton } from "../frame/page-skeleton.tsx";

const GRID = "min-[1000px]:grid-cols-[340px_minmax(0,1fr)] min-[1000px]:items-start";
const PARTS = [{ grid: GRID, boxes: ["h-[578px]", "h-[164px]"] }];

export default function Loading() {
  return <PageSkeleton title="the storm" head="h-[140px] min-[700px]:h-[118px]" parts={PARTS} />;
}
