/** Boxes of about the final size; they show after 200 ms, so that a quick page has none. Nothing here says a word about money. */
export function PageSkeleton({ title, boxes }: { title: string; boxes: readonly number[] }) {
  return (
    <main id="main" aria-busy="true" className="mx-auto max-w-[1180px] px-4 pt-6 pb-12">
      <p role="status" className="sr-only">
        Loading: {title}
      </p>
      <div className="late grid gap-4 min-[940px]:grid-cols-2" aria-hidden="true">
        {boxes.map((height, at) => (
          <div
            key={at}
            style={{ height }}
            className="rounded-panel border border-line bg-panel p-4"
          >
            <div className="h-5 w-32 rounded bg-line" />
          </div>
        ))}
      </div>
    </main>
  );
}
