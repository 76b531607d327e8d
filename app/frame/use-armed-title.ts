"use client";

import { useEffect } from "react";

/**
 * Puts the number of armed faults before every title that the page sets while they are armed: who comes back to a
 * tab after lunch must see it before pressing anything.
 */
export function useArmedTitle(count: number): void {
  useEffect(() => {
    if (count === 0) return;
    const mark = `(${count} armed) `;
    const put = () => {
      if (!document.title.startsWith(mark)) document.title = mark + document.title;
    };
    put();
    const observer = new MutationObserver(put);
    // The head: a navigation replaces the title element itself.
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      if (document.title.startsWith(mark)) document.title = document.title.slice(mark.length);
    };
  }, [count]);
}
