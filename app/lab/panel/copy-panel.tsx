"use client";

import { useEffect, useRef, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { copyText } from "../../ui/copy-text.ts";
import { Panel } from "../../ui/panel.tsx";
import { saveFile } from "../../ui/save-file.ts";
import { type Copied, COPIES } from "./write-copies.ts";

/** This run, to take along. On plain http there is no clipboard: then the text is selected instead. */
export function CopyPanel({ of, extra }: { of: Copied; extra: string }) {
  const [said, setSaid] = useState("");
  const [text, setText] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);

  async function copy(name: string, written: string) {
    setText("");
    setSaid(await copyText(name, written, () => setText(written)));
  }
  /** Written by what is fetched for it. */
  async function saveAs(kind: "svg" | "html") {
    if (kind === "html") {
      const { writeHtml } = await import("./write-html.ts");
      saveFile("what-happened.html", "text/html", writeHtml(of, token));
    } else {
      const { writeSvg } = await import("../../happened/write-svg.ts");
      saveFile("what-happened.svg", "image/svg+xml", writeSvg(of.steps, token));
    }
  }
  // A schedule's test comes from elsewhere on the page, and is copied the same way.
  const latest = useRef(copy);
  useEffect(() => {
    latest.current = copy;
  });
  useEffect(() => {
    if (extra !== "") void latest.current("the test", extra);
  }, [extra]);
  useEffect(() => {
    if (text === "") return;
    box.current?.focus();
    box.current?.select();
  }, [text]);

  return (
    <Panel id="copy" title="Take it along">
      <div className="flex flex-wrap gap-2">
        {Object.entries(COPIES).map(([name, write]) => (
          <Button key={name} look="quiet" onPress={() => void copy(name, write(of))}>
            {name}
          </Button>
        ))}
        <Button look="quiet" onPress={() => void saveAs("svg")}>
          SVG file
        </Button>
        <Button look="quiet" onPress={() => void saveAs("html")}>
          HTML file
        </Button>
      </div>
      <p role="status" className="mt-2 text-small text-muted empty:hidden">
        {said}
      </p>
      {text !== "" && (
        <textarea
          ref={box}
          readOnly
          aria-label="The text to copy"
          value={text}
          rows={8}
          className="mt-2 w-full rounded-lg border border-control bg-bg p-2 font-mono text-small"
        />
      )}
    </Panel>
  );
}

/** A token's value as the page has it now, light or dark. */
function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
