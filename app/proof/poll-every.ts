/** How often a page looks at the server: while an answer is under way, while nobody knows, and afterwards. */
export const pollEveryMs = { quick: 1000, patient: 3000, calm: 10_000 } as const;
