import { expect, test } from "../fixtures/test.ts";

/** Where only one number is given, the fault takes no time of its own. The lease is 6 s. */
const FAULTS = [
  "truncate-response",
  "delay-request=800",
  "delay-response=800",
  "crash-before-claim",
  "crash-after-claim",
  "crash-before-provider",
  "crash-after-provider",
  "crash-before-commit",
  "crash-after-commit",
  // Longer than the lease: the attempt comes back when another one has finished its work.
  "stall-after-claim=7500",
  "stall-after-provider=7500",
  "provider-unreachable",
  "provider-error",
  "provider-timeout",
  "provider-error-after-charge",
  "database-drop-before-commit",
  "database-drop-after-commit",
];

for (const fault of FAULTS) {
  test(`one press of Pay that meets ${fault} ends on paid, charged once`, async ({
    shop,
    bank,
    arrivals,
    checkout,
  }) => {
    const { orderId } = await shop.order();
    await shop.arm(`${fault}@1`);
    await checkout.open(orderId);
    await checkout.pay();
    // Within the lease and 10 s, which is what the assertion waits at most.
    await checkout.ends(/^paid(-replayed)?$/);
    await checkout.neverSaidFailed();

    expect(await arrivals.faults(orderId)).toEqual([fault.split("=")[0]]);
    expect(await arrivals.keys(orderId)).toHaveLength(1);
    expect(await bank.charges(orderId)).toHaveLength(1);
  });
}
