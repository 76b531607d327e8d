import type { Metadata } from "next";
import { readPatterns } from "../trpc/server-reads.ts";
import { PatternSection } from "./pattern-section.tsx";
import { ScrollToAddress } from "./scroll-to-address.tsx";

export const metadata: Metadata = { title: "Patterns" };

/** The five patterns and atomicity, each where it works in this shop, and each broken on purpose. */
export default async function PatternsPage() {
  const patterns = await readPatterns();
  return (
    <main id="main" className="mx-auto max-w-[1180px] px-4 pt-6 pb-12">
      <ScrollToAddress />
      <h1 className="text-heading font-semibold">Patterns</h1>
      <p className="mt-1 mb-4 max-w-[62ch] text-muted">
        Every one of them works in this shop. Under each stands the code that runs, read from its
        file, and beside it a wrong twin. The button does the same harm to both and shows what is
        left in the rows, at the bank and in the mailbox, which are real. A death is played: the
        attempt stops for ever where it is.
      </p>
      <nav aria-label="Patterns" className="mb-6 flex flex-wrap gap-x-4">
        {patterns.map(({ id, title }) => (
          <a
            key={id}
            href={`#${id}`}
            className="inline-flex min-h-11 items-center text-accent underline"
          >
            {title}
          </a>
        ))}
      </nav>
      <div className="grid gap-6">
        {patterns.map((pattern, at) => (
          <PatternSection key={pattern.id} number={at + 1} pattern={pattern} />
        ))}
      </div>
    </main>
  );
}
