import { PageSkeleton } from "../../frame/page-skeleton.tsx";

const PARTS = [
  {
    grid: "min-[940px]:grid-cols-[minmax(0,5fr)_minmax(0,7fr)] min-[940px]:items-start",
    boxes: [
      "h-[166px]",
      "h-[400px] min-[940px]:col-start-2 min-[940px]:row-span-2 min-[940px]:row-start-1",
      "h-[250px]",
    ],
  },
];

export default function Loading() {
  return <PageSkeleton title="the receipt" parts={PARTS} />;
}
