"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import Link from "next/link";
import { api } from "../trpc/client.ts";
import type { Review } from "../trpc/outputs.ts";
import { Button } from "../ui/button.tsx";
import { Clock } from "../ui/clock.tsx";
import { Pill } from "../ui/pill.tsx";
import { KeyLink } from "./key-link.tsx";

/** What nobody can find out any more: nothing is sent for it, its order stays blocked, a person decides. */
export function ReviewList({ reviews }: { reviews: readonly Review[] | undefined }) {
  if (!reviews) return <p className="text-muted">Asking the server…</p>;
  if (reviews.length === 0) return <p className="text-muted">Nothing waits for a person.</p>;
  return (
    <ul className="grid gap-2">
      {reviews.map(({ idempotencyKey, orderId, procedure, reason, since }) => (
        <li
          key={`${procedure} ${idempotencyKey}`}
          className="flex flex-wrap items-baseline gap-x-3 gap-y-1"
        >
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
          {procedure === "receipt" && orderId !== null && <SendAgain orderId={orderId} />}
        </li>
      ))}
    </ul>
  );
}

/** A person's decision: one more try. The payment stands either way. */
function SendAgain({ orderId }: { orderId: string }) {
  const client = useQueryClient();
  const send = useMutation({
    networkMode: "always",
    mutationFn: () => api.receipts.sendAgain.mutate({ orderId }),
    onSettled: () => client.invalidateQueries({ queryKey: ["reviews"] }),
  });
  return (
    <span className="flex w-full flex-wrap items-center gap-3">
      <Button look="quiet" waiting={send.isPending} onPress={() => send.mutate()}>
        Send the receipt again
      </Button>
      <span role="status" className="text-small text-fail">
        {send.isError && "✕ The server did not answer. The payment is not affected."}
      </span>
    </span>
  );
}
