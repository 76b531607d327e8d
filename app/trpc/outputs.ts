import type { inferRouterInputs, inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "../../server/trpc/router.ts";

type Outputs = inferRouterOutputs<AppRouter>;

export type Order = Outputs["orders"]["get"];
export type Catalogue = Outputs["catalog"]["list"];
export type PaymentMethod = Outputs["paymentMethods"]["list"][number];
export type BankCharge = Outputs["audit"]["bankStatement"][number];
export type Invariant = Outputs["audit"]["invariants"][number];
export type Review = Outputs["audit"]["reviews"][number];
export type Posting = Outputs["audit"]["postings"][number];
export type Reconciliation = Outputs["audit"]["reconciliation"];
export type Finding = Reconciliation["findings"][number];
export type IntentRows = Outputs["audit"]["intent"];
export type Mail = Outputs["mailbox"]["list"][number];
export type TimelineEvent = Outputs["timeline"]["list"][number];
export type Session = Outputs["session"]["me"];
export type Lane = Outputs["lab"]["lanes"][number];
export type Storm = NonNullable<Outputs["storm"]["get"]>;
export type StormSample = Storm["samples"][number];
export type StormSettings = inferRouterInputs<AppRouter>["storm"]["start"];
export type ReceiptMail = Outputs["receipts"]["get"];
export type PatternSide = Outputs["lab"]["demonstrate"][number];
export type Pattern = Outputs["lab"]["patterns"][number];
export type Preset = Outputs["lab"]["presets"][number];
export type LaneAudit = Outputs["lab"]["audit"][number];
export type HeldAttempt = Outputs["lab"]["gates"][number];
