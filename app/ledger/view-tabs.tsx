import Link from "next/link";

const views = [
  { view: "books", title: "Books", href: "/ledger" },
  { view: "events", title: "The bank's events", href: "/ledger?view=events" },
] as const;

export type LedgerViewName = (typeof views)[number]["view"];

/** Which part of the page is shown; it is in the address. */
export function ViewTabs({ current }: { current: LedgerViewName }) {
  return (
    <nav aria-label="Views of the ledger" className="mb-4 flex flex-wrap gap-x-5">
      {views.map(({ view, title, href }) => (
        <Link
          key={view}
          href={href}
          aria-current={view === current ? "page" : undefined}
          className="inline-flex min-h-11 items-center border-b-2 border-transparent font-medium text-muted hover:text-accent aria-[current=page]:border-accent aria-[current=page]:text-ink"
        >
          {title}
        </Link>
      ))}
    </nav>
  );
}
