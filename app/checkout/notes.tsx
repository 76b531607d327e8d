import type { IntentView } from "./intent/view.ts";

/** What a person should know about this browser's memory; nothing in the ordinary case. */
export function Notes({ view }: { view: IntentView }) {
  return (
    <>
      {view.foreignAccount && (
        <p className="text-small text-muted">
          This browser remembers a payment of this order from another account. It is not used here.
        </p>
      )}
      {!view.kept && (
        <p className="text-small text-muted">
          This browser keeps nothing: the order itself still prevents a second charge.
        </p>
      )}
    </>
  );
}
