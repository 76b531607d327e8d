import type { Catalogue, Order, PaymentMethod, Session } from "./outputs.ts";
export async function readSession(): Promise<Session> {
  return { name: "kite-42", faults: true };
}
export async function readArmedPlan(): Promise<string> {
  return "";
}
export async function readCatalogue(): Promise<Catalogue> {
  return {
    currency: "EUR",
    items: [
      { sku: "tea", name: "Tea", unitAmount: 999 },
      { sku: "mug", name: "Mug", unitAmount: 2400 },
      { sku: "kettle", name: "Kettle", unitAmount: 4800 },
    ],
  };
}
export async function readMethods(): Promise<PaymentMethod[]> {
  return [
    { token: "pm_card_visa", brand: "Visa", sentence: "Pays." },
    { token: "pm_card_mastercard", brand: "Mastercard", sentence: "Pays." },
    { token: "pm_card_chargeDeclined", brand: "Visa", sentence: "Is declined." },
    {
      token: "pm_card_chargeDeclinedInsufficientFunds",
      brand: "Visa",
      sentence: "Has not enough money.",
    },
    { token: "pm_card_chargeDeclinedExpiredCard", brand: "Visa", sentence: "Has expired." },
  ];
}
export async function readOrder(_orderId: string): Promise<Order | null> {
  return null;
}
