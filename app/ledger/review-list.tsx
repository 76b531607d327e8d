import Link from "next/link";
import type { Review } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { Pill } from "../ui/pill.tsx";
import { KeyLink } from "./key-link.tsx";

/** What nobody can find out any more: nothing is sent for it, its order stays blocked, a person decides. */
export function ReviewList({ reviews }: { reviews: readonly Review[] | undefined }) {
  if (!reviews) return <p className="text-muted">Asking the server…</p>;
  if (reviews.length === 0) return <p className="text-muted">Nothing waits for a person.</p>;
  return (
    <ul className="grid gap-2">
      {reviews.map(({ idempotencyKey, orderId, reason, since }) => (
        <li key={idempotencyKey} className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <Pill tone="unknown">needs review</Pill>
          {orderId !== null && (
            <Link
              href={`/checkout/${orderId}`}
              className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
            >
              Order <code className="ml-1 font-mono">…{orderId.slice(-8)}</code>
            </Link>
          )}
          <span className="text-small text-muted">
            since <Clock at={since} />
          </span>
          <KeyLink idempotencyKey={idempotencyKey} />
          <span className="w-full">{reason}</span>
        </li>
      ))}
    </ul>
  );
}
