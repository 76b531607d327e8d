import { highlight } from "./highlight.ts";

/** Lines of a file of this project, with the file's name: what is shown is what runs. */
export async function Code(props: { file: string; from: number; to: number; lines: string[] }) {
  const html = await highlight(props.lines.join("\n"));
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 font-mono text-[12px] text-muted [overflow-wrap:anywhere]">
        {props.file},{" "}
        {props.from === props.to ? `line ${props.from}` : `lines ${props.from} to ${props.to}`}
      </figcaption>
      <div
        className="code rounded-lg border border-line bg-panel p-3 font-mono text-[12.5px] leading-[1.55]"
        dangerouslySetInnerHTML={{ __html: html }}
      />
    </figure>
  );
}
