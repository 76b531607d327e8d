import type { Variant } from "../atomicity/effect.ts";
import { type Books, runVariants, type VariantRun } from "../atomicity/run-variant.ts";
import type { Demonstration, Side } from "./demonstration.ts";

const NAMES: Record<Variant, string> = {
  neither: "Neither",
  "atomic-only": "Atomic, not idempotent",
  "idempotent-only": "Idempotent, not atomic",
  both: "Idempotent and atomic",
};

/** Idempotent means: again changes nothing. Atomic means: all of it or none. One effect, the four combinations. */
export const atomicity: Demonstration = {
  id: "atomicity",
  title: "Idempotency against atomicity",
  story:
    "Cleo's payment is a charge at the bank and two rows here. The process dies between the rows, and her page asks again.",
  breaks: "Die between the two rows",
  production: { file: "server/lab/atomicity/both.ts", name: "both" },
  twin: { file: "server/lab/atomicity/atomic-only.ts" },
  home: "attempt.step and attempt.commit",
  async run({ ctx, lab }) {
    const { db, account } = ctx;
    return (await runVariants({ db, payments: lab.payments, account })).map(sideOf);
  },
};

function sideOf({ variant, afterCrash, afterRetry }: VariantRun): Side {
  const half = afterCrash.payments !== afterCrash.receipts;
  const once = afterRetry.charges === 1 && afterRetry.payments === 1 && afterRetry.receipts === 1;
  return {
    name: NAMES[variant],
    holds: once && !half,
    sentence: sentenceOf(afterRetry, half),
    tables: [
      {
        title: "Rows, and the bank",
        columns: ["", "charges", "payments", "receipts"],
        rows: [rowOf("after the crash", afterCrash), rowOf("after asking again", afterRetry)],
      },
    ],
  };
}

function sentenceOf({ charges, payments }: Books, half: boolean): string {
  if (charges > payments)
    return `A rollback is not a refund: ${charges} charges at the bank, ${payments} payment in the books.`;
  if (charges > 1) return `The customer paid ${charges} times, and the books agree.`;
  return half
    ? "Charged once. Until somebody asked again there was a payment without its receipt."
    : "Charged once, and nobody ever saw half of it.";
}

function rowOf(when: string, { charges, payments, receipts }: Books): string[] {
  return [when, String(charges), String(payments), String(receipts)];
}
