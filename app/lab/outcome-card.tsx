import type { ReactNode } from "react";
import { glyphs, type Tone } from "../ui/pill.tsx";
import { boxes, inks } from "../ui/tone-looks.ts";

/** Where one lane's payment stands, as its page would say it. */
export function OutcomeCard(props: {
  lane: string;
  title: string;
  state: string;
  tone: Tone;
  heading: string;
  body: string;
  children: ReactNode;
}) {
  return (
    <section
      aria-label={`${props.title}: checkout`}
      data-lane={props.lane}
      data-state={props.state}
      className={`rounded-lg border border-l-4 px-3.5 py-3 ${boxes[props.tone]}`}
    >
      <p className="text-small text-muted">{props.title}</p>
      <div role="status">
        <h3 className={`font-semibold ${inks[props.tone]}`}>
          {glyphs[props.tone] && <span aria-hidden="true">{glyphs[props.tone]} </span>}
          {props.heading}
        </h3>
        <p className="mt-0.5 text-small">{props.body}</p>
      </div>
      <div className="mt-2.5 flex flex-wrap gap-2">{props.children}</div>
    </section>
  );
}
