import type { SkeletonPart } from "../frame/page-skeleton.tsx";

/** The bench before it is there: its strip, its three columns, and the rows beneath. */
export const BENCH_PARTS: readonly SkeletonPart[] = [
  {
    grid: "grid-cols-2 min-[900px]:grid-cols-[1.4fr_1fr_1fr_1.2fr_1.2fr]",
    boxes: ["h-[118px] col-span-2 min-[900px]:col-span-1", ...Array(4).fill("h-[118px]")],
  },
  {
    grid: "min-[701px]:grid-cols-2 min-[701px]:items-start min-[1121px]:grid-cols-[340px_minmax(0,1fr)_300px]",
    boxes: [
      "h-[604px]",
      "h-[282px] min-[701px]:h-[230px] min-[701px]:max-[1120px]:order-last min-[701px]:max-[1120px]:col-span-2",
      "h-[621px] max-[700px]:hidden",
    ],
  },
  {
    grid: "min-[900px]:grid-cols-[minmax(0,1.7fr)_minmax(0,1fr)]",
    boxes: Array(4).fill("h-[90px]"),
  },
];
