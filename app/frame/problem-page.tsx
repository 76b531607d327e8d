"use client";

import { lazy, Suspense } from "react";
import { PlainPage } from "./plain-page.tsx";

/** Fetched when something broke, so that no page carries it; where that breaks too, what matters is said all the same. */
const Problem = lazy(() =>
  import("./problem.tsx").then(
    ({ Problem: whole }) => ({ default: whole }),
    () => ({ default: Bare }),
  ),
);

export function ProblemPage({ error }: { error: Error & { digest?: string } }) {
  return (
    <Suspense fallback={<Bare />}>
      <Problem error={error} />
    </Suspense>
  );
}

function Bare() {
  return (
    <PlainPage title="This page could not be shown">
      <p className="mt-2">
        A payment that was under way is not affected. Reload this page to see it again.
      </p>
    </PlainPage>
  );
}
