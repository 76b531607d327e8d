import type { ReactNode } from "react";

/** A page that holds one message: what happened, whether money is affected, what to do. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main id="main" className="mx-auto max-w-[62ch] px-4 py-16">
      <h1 className="text-heading font-semibold">{title}</h1>
      {children}
    </main>
  );
}
