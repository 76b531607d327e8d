/** The place of the order summary until the server has told it. */
export function OrderSkeleton({ lost }: { lost: boolean }) {
  return (
    <section
      id="order"
      aria-label="Your order"
      className="min-h-[158px] rounded-panel border border-line bg-panel p-4"
    >
      {lost ? (
        <p className="text-muted">The shop does not answer. Your order is kept; asking again…</p>
      ) : (
        <div className="late grid gap-4" aria-hidden="true">
          <div className="h-5 w-24 rounded bg-line" />
          <div className="h-5 rounded bg-line" />
          <div className="h-5 w-32 rounded bg-line" />
        </div>
      )}
    </section>
  );
}
