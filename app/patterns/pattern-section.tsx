import Link from "next/link";
import { Code } from "../code/code.tsx";
import type { Pattern } from "../trpc/outputs.ts";
import { Panel } from "../ui/panel.tsx";
import { Demonstration } from "./demonstration.tsx";

/** One pattern: a customer, what went wrong, what the rows said, and the two pieces of code that make the difference. */
export function PatternSection(props: { number: number; pattern: Pattern }) {
  const { id, title, story, rule, limit, breaks, home, page, production, twin, aside } =
    props.pattern;
  return (
    <Panel
      id={id}
      title={`${props.number}. ${title}`}
      aside={<code className="font-mono text-[12px] text-muted">{home}</code>}
    >
      <dl className="mb-4 grid gap-3 min-[700px]:grid-cols-2">
        <div className="border-l-2 border-ok pl-3">
          <dt className="text-small font-semibold text-ok">The rule</dt>
          <dd className="max-w-[62ch]">{rule}</dd>
        </div>
        <div className="border-l-2 border-unknown pl-3">
          <dt className="text-small font-semibold text-unknown">Its limit</dt>
          <dd className="max-w-[62ch]">{limit}</dd>
        </div>
      </dl>
      <p className="mb-4 max-w-[68ch] text-[17px]/[26px]">{story}</p>
      <Demonstration id={id} breaks={breaks} />
      {page && <MoreLink {...page} />}
      <div className="mt-5 grid gap-4 min-[1000px]:grid-cols-2 min-[1000px]:items-start">
        <div className="min-w-0">
          <h3 className="mb-1 font-semibold text-ok">✓ What runs here</h3>
          <ShownCode shown={production} />
        </div>
        <div className="min-w-0">
          <h3 className="mb-1 font-semibold text-fail">✕ Its wrong twin</h3>
          <Code {...twin} />
        </div>
      </div>
      {aside && <Aside aside={aside} />}
    </Panel>
  );
}

/** Longer than a window: what decides stands before it, and is to be seen beside the twin. */
const FOLDED_LINES_MIN = 45;

/** Each piece of code under the sentence that says what to look at in it. */
function ShownCode({ shown, grid = "" }: { shown: Pattern["production"]; grid?: string }) {
  return (
    <div className={`grid grid-cols-[minmax(0,1fr)] gap-4 ${grid}`}>
      {shown.map(({ says, ...source }, at) =>
        at > 0 && source.lines.length >= FOLDED_LINES_MIN ? (
          <details key={`${source.file} ${source.from}`} className="min-w-0">
            <summary className="min-h-6 max-w-[62ch] cursor-pointer">{says}</summary>
            <div className="mt-1">
              <Code {...source} />
            </div>
          </details>
        ) : (
          <div key={`${source.file} ${source.from}`} className="min-w-0">
            <p className="mb-1 max-w-[62ch]">{says}</p>
            <Code {...source} />
          </div>
        ),
      )}
    </div>
  );
}

/** Words that the pattern needs, with an anchor of their own: the lab's invariants link to it. */
function Aside({ aside }: { aside: NonNullable<Pattern["aside"]> }) {
  return (
    <section
      id={aside.id}
      aria-labelledby={`${aside.id}-title`}
      className="mt-6 border-t border-line pt-4"
    >
      <h3 id={`${aside.id}-title`} className="mb-1 font-semibold">
        {aside.title}
      </h3>
      <p className="mb-3 max-w-[68ch]">{aside.text}</p>
      <ShownCode shown={aside.code} grid="min-[1000px]:grid-cols-2" />
      <MoreLink {...aside.page} />
    </section>
  );
}

function MoreLink({ href, name }: NonNullable<Pattern["page"]>) {
  return (
    <Link href={href} className="mt-1 inline-flex min-h-11 items-center text-accent underline">
      {name}
    </Link>
  );
}
