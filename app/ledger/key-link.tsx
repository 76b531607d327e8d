import Link from "next/link";

/** To everything that is written down about one intent. */
export function KeyLink({ idempotencyKey }: { idempotencyKey: string }) {
  return (
    <Link
      href={`/ledger?key=${idempotencyKey}`}
      className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
    >
      Key <code className="ml-1 font-mono">…{idempotencyKey.slice(-4)}</code>
    </Link>
  );
}
