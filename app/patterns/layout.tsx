import type { ReactNode } from "react";
import { onlyWithFaults } from "../trpc/server-reads.ts";

/** Before the skeleton: behind it the answer would be a 200 already. */
export default async function Layout({ children }: { children: ReactNode }) {
  await onlyWithFaults();
  return children;
}
