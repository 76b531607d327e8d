import type { ReactNode } from "react";
import type { BankCharge, Invariant, Reconciliation, Review } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { Pill, type Tone } from "../ui/pill.tsx";

/** The page in four numbers; each stands for a panel below it. */
export function Totals(props: {
  charges: readonly BankCharge[] | undefined;
  compared: Reconciliation | undefined;
  reviews: readonly Review[] | undefined;
  invariants: readonly Invariant[] | undefined;
  className?: string;
}) {
  const { charges, compared, reviews, invariants } = props;
  const sum = (amounts: number[] | undefined) =>
    amounts?.reduce((total, amount) => total + amount, 0);
  const captured = sum(charges?.map(({ amount }) => amount));
  const returned = sum(charges?.map(({ refunded }) => refunded));
  const currency = charges?.[0]?.currency ?? "EUR";
  const broken = invariants?.filter(({ holds }) => !holds).length;
  const findings = compared?.findings.length;
  const waiting = reviews?.length;
  return (
    <section
      aria-label="In numbers"
      className={`grid grid-cols-2 gap-3 min-[860px]:grid-cols-4 ${props.className ?? ""}`}
    >
      <Tile
        href="#statement"
        label="Taken by the bank"
        note={
          returned ? `${formatMoney(returned, currency)} of it given back` : "nothing given back"
        }
      >
        {captured === undefined ? "–" : formatMoney(captured, currency)}
      </Tile>
      <Tile
        href="#invariants"
        label="Invariants broken"
        note={invariants ? `of ${invariants.length}` : "asking"}
        tone={toneOf(broken)}
      >
        {broken ?? "–"}
      </Tile>
      <Tile
        href="#reconciler"
        label="Unmatched lines"
        note="both books, both ways"
        tone={toneOf(findings)}
      >
        {findings ?? "–"}
      </Tile>
      <Tile
        href="#reviews"
        label="Waiting for a person"
        note="nothing is sent for them"
        tone={waiting ? "unknown" : toneOf(waiting)}
      >
        {waiting ?? "–"}
      </Tile>
    </section>
  );
}

function toneOf(count: number | undefined): Tone {
  return count === undefined ? "plain" : count === 0 ? "ok" : "fail";
}

const words: Partial<Record<Tone, string>> = { ok: "none", fail: "alarm", unknown: "look" };
const frames: Partial<Record<Tone, string>> = {
  fail: "border-fail bg-fail-bg",
  unknown: "border-dashed border-unknown bg-unknown-bg",
};

function Tile(props: {
  href: string;
  label: string;
  note: string;
  tone?: Tone;
  children: ReactNode;
}) {
  const { tone = "plain" } = props;
  return (
    <a
      href={props.href}
      data-panel
      className={`block rounded-panel border px-4 py-3 hover:border-accent ${frames[tone] ?? "border-line bg-panel"}`}
    >
      <span className="block text-small text-muted">{props.label}</span>
      <span className="my-0.5 flex flex-wrap items-center justify-between gap-x-2">
        <span className="text-counter font-bold">{props.children}</span>
        {words[tone] && <Pill tone={tone}>{words[tone]}</Pill>}
      </span>
      <span className="block text-small text-muted">{props.note}</span>
    </a>
  );
}
