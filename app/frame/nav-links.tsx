"use client";

import Link from "next/link";
import { usePathname } from "next/navigation";

const places = [
  { href: "/", name: "Shop" },
  { href: "/ledger", name: "Ledger" },
] as const;

export function NavLinks() {
  const path = usePathname();
  return (
    <nav aria-label="Main" className="flex">
      {places.map(({ href, name }) => {
        const here = path === href || (href === "/" && /^\/(checkout|receipt)/.test(path));
        return (
          <Link
            key={href}
            href={href}
            aria-current={path === href ? "page" : here ? "true" : undefined}
            className="inline-flex min-h-11 items-center border-b-2 border-transparent px-2.5 text-muted hover:text-ink aria-[current]:border-accent aria-[current]:text-ink forced-colors:border-[Canvas] forced-colors:aria-[current]:border-[Highlight]"
          >
            {name}
          </Link>
        );
      })}
    </nav>
  );
}
