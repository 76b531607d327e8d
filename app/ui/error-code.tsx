"use client";

import { useRef, useState } from "react";
import { copyText } from "./copy-text.ts";

/** What to tell whoever looks after the shop: a code, and the id under which the server's log has it. */
export function ErrorCode({ code, traceId }: { code: string; traceId: string | undefined }) {
  const [said, setSaid] = useState("");
  const text = useRef<HTMLSpanElement>(null);

  async function copy() {
    const shown = text.current;
    if (!shown) return;
    const select = () => getSelection()?.selectAllChildren(shown);
    setSaid(await copyText("", shown.textContent ?? "", select));
  }

  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 text-small">
      <span ref={text} className="min-w-0 wrap-anywhere">
        Code <code className="font-mono">{code}</code>
        {traceId && (
          <>
            {" · trace "}
            <code className="font-mono">{traceId}</code>
          </>
        )}
      </span>
      <button
        type="button"
        onClick={() => void copy()}
        className="min-h-11 rounded-lg border border-control bg-panel px-3 font-medium text-ink hover:border-accent"
      >
        Copy
      </button>
      <span aria-live="polite">{said}</span>
    </div>
  );
}
