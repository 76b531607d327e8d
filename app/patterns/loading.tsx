import { PageSkeleton } from "../frame/page-skeleton.tsx";

/** Higher than any window: what comes after the second pattern is below the fold. */
const PARTS = [
  {
    grid: "",
    boxes: ["mb-2 h-[2288px] min-[1000px]:h-[1317px]", "h-[2490px] min-[1000px]:h-[1332px]"],
  },
];

export default function Loading() {
  const head = "h-[380px] min-[700px]:h-[204px]";
  return <PageSkeleton title="the patterns" head={head} parts={PARTS} />;
}
