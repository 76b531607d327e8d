import type { ReactNode } from "react";
import { glyphs, type Tone } from "../ui/pill.tsx";

const LOOKS: Record<Tone, string> = {
  plain: "border-solid border-control",
  ok: "border-solid border-ok bg-ok-bg",
  fail: "border-solid border-fail bg-fail-bg",
  unknown: "border-dashed border-unknown bg-unknown-bg",
  replay: "border-dotted border-replay bg-replay-bg",
};
const INKS: Record<Tone, string> = {
  plain: "",
  ok: "text-ok",
  fail: "text-fail",
  unknown: "text-unknown",
  replay: "text-replay",
};

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
      className={`rounded-lg border border-l-4 px-3.5 py-3 ${LOOKS[props.tone]}`}
    >
      <p className="text-small text-muted">{props.title}</p>
      <div role="status">
        <h3 className={`font-semibold ${INKS[props.tone]}`}>
          {glyphs[props.tone] && <span aria-hidden="true">{glyphs[props.tone]} </span>}
          {props.heading}
        </h3>
        <p className="mt-0.5 text-small">{props.body}</p>
      </div>
      <div className="mt-2.5 flex flex-wrap gap-2">{props.children}</div>
    </section>
  );
}
