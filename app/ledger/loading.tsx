import { PageSkeleton } from "../frame/page-skeleton.tsx";

const PARTS = [
  { grid: "grid-cols-2 min-[860px]:grid-cols-4", boxes: Array<string>(4).fill("h-[100px]") },
  { grid: "min-[860px]:grid-cols-2", boxes: Array<string>(4).fill("h-[90px]") },
  { grid: "", boxes: ["h-[1209px] min-[860px]:h-[707px]"] },
];

export default function Loading() {
  return <PageSkeleton title="the ledger" head="h-[192px] min-[700px]:h-[148px]" parts={PARTS} />;
}
