/** The place of the order summary until the server has told it. */
export function OrderSkeleton({ lost }: { lost: boolean }) {
  return (
    <section
      id="order"
      aria-label="Your order"
      className="min-h-[54px] rounded-panel border border-line bg-panel px-4 py-3 max-[939px]:order-first min-[940px]:min-h-[158px] min-[940px]:py-4"
    >
      {lost ? (
        <p className="text-muted">The shop does not answer. Your order is kept; asking again…</p>
      ) : (
        <div className="late grid gap-4" aria-hidden="true">
          <div className="h-5 w-24 rounded bg-line" />
          <div className="h-5 rounded bg-line max-[939px]:hidden" />
          <div className="h-5 w-32 rounded bg-line max-[939px]:hidden" />
        </div>
      )}
    </section>
  );
}
