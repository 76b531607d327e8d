"use client";

import { Button } from "../ui/button.tsx";
import { PlainPage } from "./plain-page.tsx";

/**
 * A page that could not be drawn. Says what that means for the money before anything else: nothing, since a payment
 * lives in its record and on the server, never in a page.
 */
export function Problem(props: { digest: string | undefined; retry: () => void }) {
  return (
    <PlainPage title="This page could not be shown">
      <p className="mt-2">
        A payment that was under way is not affected: its key is kept, and asking again cannot
        charge twice.
      </p>
      <p className="mt-2 text-muted">
        If this stays, one of the programs behind the page is not running:{" "}
        <code>npm run doctor</code> tells which.
        {props.digest && (
          <>
            {" "}
            Code <code className="font-mono text-small">{props.digest}</code>
          </>
        )}
      </p>
      <Button look="quiet" className="mt-6" onPress={props.retry}>
        Show it again
      </Button>
    </PlainPage>
  );
}
