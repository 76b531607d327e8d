import type { Metadata } from "next";
import { Suspense } from "react";
import { LabSkeleton } from "./lab-skeleton.tsx";
import { OpenLab } from "./open-lab.tsx";

export const metadata: Metadata = { title: "Lab" };

/** The instrument, with nothing chosen yet. A loading.tsx here would stand before each scenario's 404, too. */
export default function LabPage() {
  return (
    <Suspense fallback={<LabSkeleton />}>
      <OpenLab scenario="" />
    </Suspense>
  );
}
