/** How often a page looks at the server: while an answer is under way, while nobody knows, and afterwards. */
export const pollEveryMs = { quick: 1000, patient: 3000, calm: 10_000 } as const;

/** For what is asked for once: as often as it takes to get an answer, and after one that was lost. */
export function untilAnswered({ state }: { state: { status: string } }): number | false {
  return state.status === "success" ? false : pollEveryMs.quick;
}
