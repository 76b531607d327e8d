import Link from "next/link";
import { Code } from "../code/code.tsx";
import type { Pattern } from "../trpc/outputs.ts";
import { Panel } from "../ui/panel.tsx";
import { Demonstration } from "./demonstration.tsx";

/** One pattern: a customer, what went wrong, what the rows said, and the two pieces of code that make the difference. */
export function PatternSection(props: { number: number; pattern: Pattern }) {
  const { id, title, story, breaks, home, page, production, twin } = props.pattern;
  return (
    <Panel
      id={id}
      title={`${props.number}. ${title}`}
      aside={<code className="font-mono text-[12px] text-muted">{home}</code>}
    >
      <p className="mb-4 max-w-[68ch] text-[17px]/[26px]">{story}</p>
      <Demonstration id={id} breaks={breaks} />
      {page && (
        <Link
          href={page.href}
          className="mt-1 inline-flex min-h-11 items-center text-accent underline"
        >
          {page.name}
        </Link>
      )}
      <div className="mt-5 grid gap-4 min-[1000px]:grid-cols-2 min-[1000px]:items-start">
        <div className="min-w-0">
          <h3 className="mb-1 font-semibold text-ok">✓ What runs here</h3>
          <Code {...production} />
        </div>
        <div className="min-w-0">
          <h3 className="mb-1 font-semibold text-fail">✕ Its wrong twin</h3>
          <Code {...twin} />
        </div>
      </div>
    </Panel>
  );
}
