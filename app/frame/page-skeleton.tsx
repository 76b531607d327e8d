/** A grid of the page, by its classes, and in it the boxes by theirs: height, and place where it is not the next one. */
export interface SkeletonPart {
  grid: string;
  boxes: readonly string[];
}

/** Boxes of about the final size. Nothing here says a word about money. */
export function PageSkeleton(props: {
  title: string;
  /** Height of what stands above the boxes; left out where nothing does. */
  head?: string;
  parts: readonly SkeletonPart[];
  width?: string;
}) {
  const { title, head, parts, width = "max-w-[1180px]" } = props;
  return (
    <main id="main" aria-busy="true" className={`mx-auto px-4 pt-6 pb-12 ${width}`}>
      <p role="status" className="sr-only">
        Loading: {title}
      </p>
      {head && (
        <div className={`late ${head}`} aria-hidden="true">
          <div className="h-7 w-40 rounded bg-line" />
        </div>
      )}
      <SkeletonParts parts={parts} />
    </main>
  );
}

/** The boxes alone, for a part of a page. They show after 200 ms, so that a quick page has none. */
export function SkeletonParts({ parts }: { parts: readonly SkeletonPart[] }) {
  return (
    <div className="late grid grid-cols-[minmax(0,1fr)] gap-4" aria-hidden="true">
      {parts.map(({ grid, boxes }) => (
        <div key={grid} className={`grid gap-4 ${grid}`}>
          {boxes.map((box, at) => (
            <div key={at} className={`rounded-panel border border-line bg-panel p-4 ${box}`}>
              <div className="h-5 w-1/3 max-w-32 rounded bg-line" />
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}
