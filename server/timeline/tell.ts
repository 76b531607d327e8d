import type { LifecycleEvent } from "../idempotency/index.ts";
import type { SentBy } from "./event.ts";

export type TimelineOutcome = "done" | "refused" | "unknown" | "none";

interface Told {
  outcome: TimelineOutcome;
  text: string;
}

/** What is otherwise when a signed event of the bank carries an intent on. */
function tellOfEvent({ point, detail }: LifecycleEvent): Told | "nothing" | undefined {
  if (point === "before-provider")
    return { outcome: "none", text: "Asks nobody: the event has the bank's word" };
  if (point === "after-provider") return "nothing";
  if (point !== "refused" || detail !== "IN_PROGRESS") return undefined;
  return {
    outcome: "none",
    text: "An attempt still holds it: the event leaves no row, the bank is to send it again",
  };
}

/** The sentence of an event; undefined where it would only be noise. */
export function tell(event: LifecycleEvent, sentBy?: SentBy): Told | undefined {
  const otherwise = sentBy === "bank" ? tellOfEvent(event) : undefined;
  if (otherwise) return otherwise === "nothing" ? undefined : otherwise;
  const { point, fence, detail } = event;
  const ofStep = event.procedure === "agent.run" ? tellStep(event) : undefined;
  if (ofStep) return ofStep;
  const ofRefund = event.procedure === "refunds.create" ? tellRefund(event) : undefined;
  if (ofRefund) return ofRefund;
  switch (point) {
    case "after-claim":
      return fence === 1
        ? { outcome: "none", text: "Claimed the key: this attempt runs" }
        : {
            outcome: "none",
            text: `Took the key over (attempt ${fence}): the former holder's lease was over`,
          };
    case "before-provider":
      return { outcome: "none", text: "Asks the bank, always with the same key" };
    case "after-provider":
      return { outcome: "none", text: "The bank answered" };
    case "after-commit":
      return { outcome: "done", text: "The answer and all that belongs to it are in one commit" };
    case "replayed":
      return { outcome: "done", text: "Gave the stored answer again; nothing ran" };
    case "refused":
      return {
        outcome: detail === "OUTCOME_UNKNOWN" ? "unknown" : "refused",
        text: `Refused: ${detail}; nothing ran`,
      };
    case "released":
      return {
        outcome: "refused",
        text: "Failed before anything was taken; the key is free for a retry",
      };
    case "voided":
      return { outcome: "refused", text: "Given up: nobody waited any more and nothing was taken" };
    case "unknown":
      return { outcome: "unknown", text: "No clear answer from the bank: it may have charged" };
    case "needs-review":
      return {
        outcome: "unknown",
        text: "A person has to look at this payment; nothing is sent any more",
      };
    case "fenced":
      return {
        outcome: "none",
        text: "Came back late: a newer attempt owns the key, nothing was written",
      };
    case "before-claim":
    case "waiting":
    case "before-commit":
      return undefined;
  }
}

/** Where money goes back, a sentence of charging would be wrong. */
function tellRefund({ point }: LifecycleEvent): Told | undefined {
  if (point === "unknown")
    return {
      outcome: "unknown",
      text: "No clear answer from the bank: the money may have been given back",
    };
  if (point === "needs-review")
    return {
      outcome: "unknown",
      text: "A person has to look at this refund; nothing is sent any more",
    };
  return undefined;
}

/** A run of several steps asks several systems; what it says of them names the step. */
function tellStep({ point, step }: LifecycleEvent): Told | undefined {
  if (point === "unknown")
    return { outcome: "unknown", text: "No clear answer at one step: it may have been done" };
  if (step === undefined) return undefined;
  if (point === "before-provider")
    return { outcome: "none", text: `Step “${step}”: asks, always under the same step id` };
  if (point === "after-provider") return { outcome: "none", text: `Step “${step}”: answered` };
  if (point === "after-commit")
    return { outcome: "done", text: `Step “${step}” is recorded, with what belongs to it` };
  return undefined;
}
