"use client";

import Link, { useLinkStatus } from "next/link";
import { usePathname } from "next/navigation";
import { placesOf } from "./places.ts";

export function NavLinks({ faults }: { faults: boolean }) {
  const path = usePathname();
  return (
    <nav
      aria-label="Main"
      className="flex max-[700px]:order-last max-[700px]:-mx-2.5 max-[700px]:w-[calc(100%+20px)] max-[700px]:flex-wrap"
    >
      {placesOf(faults).map(({ href, name }) => {
        const below = href !== "/" && path.startsWith(`${href}/`);
        const buying = href === "/" && /^\/(checkout|receipt)\//.test(path);
        const here = path === href || below || buying;
        return (
          <Link
            key={href}
            href={href}
            // A page's script is worth its bytes when somebody goes there, not before.
            prefetch={false}
            aria-current={path === href ? "page" : here ? "true" : undefined}
            className="relative inline-flex min-h-11 items-center border-b-2 border-transparent px-2.5 text-muted hover:text-ink aria-[current]:border-accent aria-[current]:text-ink forced-colors:border-[Canvas] forced-colors:aria-[current]:border-[Highlight]"
          >
            {name}
            <Wait />
          </Link>
        );
      })}
    </nav>
  );
}

/** The page that was asked for is still on its way: shown after 200 ms, without moving anything. */
function Wait() {
  const { pending } = useLinkStatus();
  if (!pending) return null;
  return (
    <span className="late absolute inset-x-0 -bottom-0.5 h-0.5 bg-unknown forced-colors:bg-[Highlight]">
      <span className="sr-only">, opening</span>
    </span>
  );
}
