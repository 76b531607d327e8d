/** All faults of the contract, along a payment's life. `ms`: what a new entry waits, for those that wait. */
export const FAULT_GROUPS: readonly {
  title: string;
  faults: readonly [name: string, ms?: number][];
}[] = [
  {
    title: "On the network",
    faults: [["lose-request"], ["delay-request", 1_500], ["deliver-twice"]],
  },
  {
    title: "Around the claim",
    faults: [["crash-before-claim"], ["crash-after-claim"], ["stall-after-claim", 8_000]],
  },
  {
    title: "At the bank",
    faults: [
      ["crash-before-provider"],
      ["provider-unreachable"],
      ["provider-error"],
      ["provider-timeout"],
      ["provider-error-after-charge"],
      ["crash-after-provider"],
      ["stall-after-provider", 8_000],
    ],
  },
  {
    title: "At the commit",
    faults: [
      ["crash-before-commit"],
      ["database-drop-before-commit"],
      ["database-drop-after-commit"],
      ["crash-after-commit"],
    ],
  },
  {
    title: "The answer",
    faults: [["lose-response"], ["truncate-response"], ["delay-response", 1_500]],
  },
  {
    title: "The bank's events",
    faults: [["webhook-twice"], ["webhook-late", 3_000], ["webhook-reordered"], ["webhook-lost"]],
  },
];

/** When a fault happens, as the panel offers it. */
export const WHEN = [
  { value: "off", words: "Off", text: "" },
  { value: "every", words: "Every time", text: "" },
  { value: "first", words: "The first", text: "@1" },
  { value: "second", words: "The second", text: "@2" },
  { value: "both", words: "First two", text: "@1+2" },
  { value: "chance", words: "30 %", text: "@%30#" },
] as const;
