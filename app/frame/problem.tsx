"use client";

import { useEffect, useRef } from "react";
import { Button } from "../ui/button.tsx";
import { ErrorCode } from "../ui/error-code.tsx";
import { PlainPage } from "./plain-page.tsx";
import { readDigest } from "./read-digest.ts";

/**
 * A page that could not be drawn. Says what that means for the money before anything else: nothing, since a payment
 * lives in its record and on the server, never in a page.
 */
export function Problem({ error }: { error: Error & { digest?: string } }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Not a title element: the page that broke may have left its own before it, and the first one counts.
    document.title = "This page could not be shown · PayOnce";
    heading.current?.focus();
  }, []);
  const { code, traceId, away } = readDigest(error);
  return (
    <PlainPage title="This page could not be shown" heading={heading}>
      {away && (
        <p className="mt-2">
          Postgres isn&apos;t reachable at <code className="font-mono text-small">{away}</code>.
          Nothing runs without it.
        </p>
      )}
      <p className="mt-2">
        A payment that was under way is not affected: its key is kept, and asking again cannot
        charge twice.
      </p>
      <p className="mt-2 text-muted">
        {traceId
          ? "If this stays, one of the programs behind the page is not running: "
          : "It went wrong in this browser, so the server's log may not know of it. If this stays: "}
        <code>npm run doctor</code> tells what is the matter.
      </p>
      <ErrorCode code={code} traceId={traceId} />
      {/* A whole reload: the fault lay in what the server sent, and only it can send something else. */}
      <Button look="quiet" className="mt-4" onPress={() => location.reload()}>
        Show it again
      </Button>
    </PlainPage>
  );
}
