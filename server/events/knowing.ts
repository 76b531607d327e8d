import type { BankFact } from "../payments/bank-event.ts";
import type { PaymentProvider } from "../payments/provider.ts";

/**
 * The provider, except that it need not be asked about what a signed event has told: an intent whose answer is lost
 * for ever is settled while the bank cannot even be reached. The reference decides: it is made of intent and step.
 */
export function knowing(payments: PaymentProvider, fact: BankFact): PaymentProvider {
  if (fact.of === "charge") {
    return {
      ...payments,
      charge: async (request, key) =>
        key === fact.reference ? fact.result : await payments.charge(request, key),
      findCharge: async (request, key) =>
        key === fact.reference ? fact.result : await payments.findCharge(request, key),
    };
  }
  return {
    ...payments,
    refund: async (request, key) =>
      key === fact.reference ? fact.result : await payments.refund(request, key),
    findRefund: async (request, key) =>
      key === fact.reference ? fact.result : await payments.findRefund(request, key),
  };
}
