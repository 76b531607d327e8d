export interface CrashChoice {
  /** As `X-Fault-Plan` writes it. Without arrivals: it is for this press, whichever arrival the server counts it as. */
  plan: string;
  name: string;
  sentence: string;
}

/** Where this press's attempt dies. The points belong to the first step that is not recorded yet. */
export const crashChoices: readonly CrashChoice[] = [
  {
    plan: "crash-after-provider",
    name: "after the call, before its record",
    sentence: "The outside system has done it, and nobody wrote that down. The hard one.",
  },
  {
    plan: "crash-after-commit",
    name: "after the step's record",
    sentence: "The step is done and recorded; the next one never begins.",
  },
  {
    plan: "crash-before-provider",
    name: "before the call",
    sentence: "The step is marked as sent, and nothing has left.",
  },
];
