import { PageSkeleton } from "../frame/page-skeleton.tsx";

const PARTS = [
  {
    grid: "min-[900px]:grid-cols-[minmax(0,420px)_minmax(0,1fr)] min-[900px]:items-start",
    boxes: ["h-[532px] min-[900px]:h-[514px]", "h-[124px]", "h-[304px]"],
  },
];

export default function Loading() {
  return <PageSkeleton title="the agent" head="h-[162px] min-[700px]:h-[118px]" parts={PARTS} />;
}
