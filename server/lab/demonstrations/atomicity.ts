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
    "Cleo's payment is a charge at the bank and two rows here. Three of the four below die between the rows. In the fourth both rows are one statement, so there is no between: it dies before its commit. Then her page asks again.",
  rule: "Idempotent: again changes nothing. Atomic: all of it or none.",
  limit:
    "A transaction reaches only its own database. The bank is outside it, and needs a key of its own.",
  breaks: "Die after the charge, before the last row",
  production: [
    {
      file: "server/lab/atomicity/both.ts",
      name: "both",
      says: "A step with a key for the bank. Both rows ride in the one statement of the commit.",
    },
  ],
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
    sentence:
      variant === "both" && once && !half ? bothOf(afterCrash) : sentenceOf(afterRetry, half),
    tables: [
      {
        title: "Rows, and the bank",
        columns: ["", "charges", "payments", "receipts"],
        rows: [rowOf("after the crash", afterCrash), rowOf("after asking again", afterRetry)],
      },
    ],
  };
}

function sentenceOf({ charges, payments, receipts }: Books, half: boolean): string {
  if (charges > payments)
    return `A rollback is not a refund: ${charges} charges at the bank, ${payments} payment in the books.`;
  if (charges > 1)
    return `The customer paid ${charges} times. The books have ${payments} payments and ${receipts} receipt${receipts === 1 ? "" : "s"}: the half that the crash left is never made whole.`;
  return half
    ? "Charged once. Until somebody asked again there was a payment without its receipt."
    : `${charges} charge, ${payments} payment, ${receipts} receipt.`;
}

function bothOf({ charges, payments, receipts }: Books): string {
  return `Both rows are one statement, so there is no between to die in. It died before that commit: ${charges} charge at the bank, ${payments + receipts} rows here. Asked again, it charged nothing more and wrote both.`;
}

function rowOf(when: string, { charges, payments, receipts }: Books): string[] {
  return [when, String(charges), String(payments), String(receipts)];
}
