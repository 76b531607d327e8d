"use client";

import { buttonLook } from "../ui/button-look.ts";

/** A plain form: the key goes into the address, so that what is shown can be linked to. */
export function InspectForm({ inspected }: { inspected: string | undefined }) {
  return (
    <form method="get" action="/ledger" className="flex flex-wrap items-end gap-3">
      <label className="min-w-0 flex-1 basis-72">
        <span className="block text-small text-muted">Idempotency key</span>
        <input
          name="key"
          defaultValue={inspected}
          required
          autoComplete="off"
          spellCheck={false}
          placeholder="0198c0de-7a11-7abc-8def-0123456789ab"
          className="mt-1 min-h-11 w-full rounded-lg border border-control bg-bg px-3 font-mono text-small"
        />
      </label>
      <button type="submit" className={buttonLook.quiet}>
        Show its rows
      </button>
    </form>
  );
}
