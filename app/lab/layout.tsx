import { NuqsAdapter } from "nuqs/adapters/next/app";
import type { ReactNode } from "react";
import { LiveQueries } from "../frame/live-queries.tsx";

/** All state of the lab is in the URL; what the server knows is asked for again and again. */
export default function LabLayout({ children }: { children: ReactNode }) {
  return (
    <NuqsAdapter>
      <LiveQueries>{children}</LiveQueries>
    </NuqsAdapter>
  );
}
