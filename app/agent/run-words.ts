import type { Tone } from "../ui/pill.tsx";
import type { RunOnPage } from "./use-run.ts";

interface Words {
  state: string;
  tone: Tone;
  heading: string;
  body: string;
}

/** Where the run stands, in words that say whether money may have moved. */
export function wordsOf({ phase, run, sent, begunBy }: RunOnPage): Words {
  if (phase === "sending")
    return words(
      "running",
      "plain",
      "An attempt runs",
      "Each step is looked up, taken and recorded.",
    );
  if (phase === "waiting") {
    return words(
      "waiting",
      "unknown",
      "Waiting for the lease to end",
      "The dead attempt may only be slow. Until its lease is over nobody else may act for it.",
    );
  }
  if (phase === "elsewhere") {
    return words(
      "elsewhere",
      "unknown",
      "A run of another account",
      `This browser began it as ${begunBy} and is another account now. It may have bought what it was told to, and only ${begunBy} is told. A new run buys anew.`,
    );
  }
  if (run === undefined) return words("loading", "plain", "Reading the record", "");
  switch (run.status) {
    case "never_seen":
      return words(
        "unseen",
        "plain",
        "This account has not begun the run",
        "Nothing was done for it. Run it: the key is the one in the address.",
      );
    case "completed":
      return words(
        "completed",
        "ok",
        "Completed",
        `${told(run.attempts)} Ask again and the same bytes come back; nothing runs.`,
      );
    case "declined":
    case "refused":
      return words(
        run.status,
        "fail",
        run.status === "declined" ? "Declined" : "Refused",
        `${run.reason ?? ""} No money was taken.`,
      );
    case "released":
      return words(
        "released",
        "plain",
        "Nothing was taken",
        "It stopped before any effect. Resume it when you like.",
      );
    case "unknown":
      return words(
        "unknown",
        "unknown",
        "One step's outcome is unknown",
        "It may have been done. Resuming is safe: the step asks under its own id first.",
      );
  }
  const lost = sent?.kind === "lost";
  return words(
    "died",
    "unknown",
    lost ? "The attempt died" : "Unfinished",
    `${run.recoveryPoint ? `Recorded up to “${run.recoveryPoint}”.` : "No step is recorded yet."} Resume it, or wait: the worker finishes what nobody resumes.`,
  );
}

function words(state: string, tone: Tone, heading: string, body: string): Words {
  return { state, tone, heading, body };
}

function told(attempts: number): string {
  return attempts === 1 ? "In one attempt." : `In ${attempts} attempts.`;
}
