import Link from "next/link";

/** Where to go from here; only what is there. */
const doors: readonly { href: string; does: string; what: string; lab?: true }[] = [
  {
    href: "/lab",
    does: "See it",
    what: "One order, two lanes, every fault: what happened, request by request.",
    lab: true,
  },
  {
    href: "/storm",
    does: "Test it",
    what: "Hundreds of requests under a mix of faults, and a verdict with its witness.",
    lab: true,
  },
  {
    href: "/patterns",
    does: "Teach it",
    what: "Five patterns and atomicity: the code that runs, and its wrong twin, both broken.",
    lab: true,
  },
  {
    href: "/ledger",
    does: "Check it",
    what: "The books, the bank's own statement, and ten promises as SQL.",
  },
];

export function Doors({ faults }: { faults: boolean }) {
  return (
    <nav aria-label="Where to go from here" className="mx-auto max-w-[1180px] px-4 pb-12">
      <ul className="grid gap-3 min-[700px]:grid-cols-2 min-[1000px]:grid-cols-4">
        {doors
          .filter(({ lab }) => faults || !lab)
          .map(({ href, does, what }) => (
            <li key={href}>
              <Link
                prefetch={false}
                href={href}
                className="block h-full rounded-panel border border-line bg-panel p-4 hover:border-accent"
              >
                <span className="inline-flex items-center gap-1.5 font-semibold text-accent">
                  {does}
                  {/* Drawn: the page's font has no arrow, and to look for one is before the first paint. */}
                  <svg
                    viewBox="0 0 12 12"
                    aria-hidden="true"
                    className="size-3 fill-none stroke-current stroke-[1.5]"
                  >
                    <path d="M0 6h11M7 2l4 4-4 4" />
                  </svg>
                </span>
                <span className="mt-1 block text-small text-muted">{what}</span>
              </Link>
            </li>
          ))}
      </ul>
    </nav>
  );
}
