"use client";

import { ProblemPage } from "./frame/problem-page.tsx";

/** Of every route: each has its own boundary, so that the frame around it stays. */
export default function PageError({ error }: { error: Error & { digest?: string } }) {
  return <ProblemPage error={error} />;
}
