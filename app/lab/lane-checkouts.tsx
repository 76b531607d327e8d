"use client";

import { laneWords } from "./lane-words.ts";
import { OutcomeCard } from "./outcome-card.tsx";
import type { Run } from "./run/use-run.ts";
import { formatMoney } from "../ui/money.ts";
import { Button } from "../ui/button.tsx";
import type { Lane, LaneAudit } from "../trpc/outputs.ts";

/** The wrong lane's page, and what it cannot know. @param audit what the bank took in this lane */
export function WrongLaneCheckout(props: { run: Run; lane: Lane; audit: LaneAudit | undefined }) {
  const { run, lane, audit } = props;
  const total = run.total ? money(run.total) : "…";
  const words = laneWords(run.view.state, total, lane.clientKey);
  return (
    <OutcomeCard
      lane={lane.lane}
      title={lane.title}
      state={run.view.state.at}
      tone={words.mark[0]}
      heading={words.heading}
      body={words.body}
    >
      {audit && audit.charges > 1 && run.total && (
        <p className="basis-full text-small text-fail">
          <span aria-hidden="true">✕ </span>
          What this page cannot see: the bank took {money(audit.captured)} in {audit.charges}{" "}
          charges. Only a refund brings the{" "}
          {money({ ...run.total, amount: audit.captured.amount - run.total.amount })} too much back.
        </p>
      )}
      {run.view.clicks > 0 && (
        <Button look="quiet" onPress={run.pressLane}>
          {words.button}
        </Button>
      )}
    </OutcomeCard>
  );
}

function money({ amount, currency }: LaneAudit["captured"]): string {
  return formatMoney(amount, currency);
}

/** The shop's own page, in its own words and with its own client. */
export function ShopCheckout({ run }: { run: Run }) {
  const { words, screen, intent } = run.checkout;
  const [does, label] = words.button;
  const paid = does === "receipt";
  function act() {
    if (does === "ask") void intent().askNow();
    else if (does === "choose") intent().chooseAgain();
    else if (does === "pay") run.pressShop();
  }
  return (
    <OutcomeCard
      lane="idempotent"
      title="Idempotent"
      state={screen}
      tone={words.mark[0]}
      heading={screen === "idle" ? "Ready" : words.heading}
      body={paid ? "You were charged once. Asking again gives the same answer." : words.body}
    >
      {screen !== "idle" && !paid && does !== "wait" && (
        <Button look="quiet" onPress={act}>
          {label}
        </Button>
      )}
      {run.otherAmount && <p className="text-small text-fail">✕ {run.otherAmount}</p>}
    </OutcomeCard>
  );
}
