import type { BankCharge } from "../trpc/outputs.ts";
import { Clock } from "../ui/clock.tsx";
import { formatMoney } from "../ui/money.ts";
import { Pill } from "../ui/pill.tsx";
import { cellLook, headLook } from "./table-look.ts";

/** The bank's word, which no bug of ours can change. The second charge of an order would be red. */
export function BankTable({ charges }: { charges: readonly BankCharge[] | undefined }) {
  if (!charges || charges.length === 0)
    return <p className="text-muted">{charges ? "No charges yet." : "Asking the bank…"}</p>;
  const seen = new Set<string>();
  return (
    <table className="w-full">
      <thead>
        <tr>
          <th scope="col" className={headLook}>
            Charge
          </th>
          <th scope="col" className={`${headLook} text-right`}>
            Amount
          </th>
          <th scope="col" className={`${headLook} text-right`}>
            Outcome
          </th>
        </tr>
      </thead>
      <tbody>
        {charges.map((charge) => {
          // One that was given back was a charge all the same: a duplicate stays one.
          const again = seen.has(charge.orderId);
          seen.add(charge.orderId);
          return (
            <tr key={charge.chargeId}>
              <td className={cellLook}>
                <code className="font-mono text-[12px] break-all">{charge.chargeId}</code>
                <span className="block text-small text-muted">
                  <Clock at={charge.at} />
                </span>
              </td>
              <td className={`${cellLook} text-right`}>
                {formatMoney(charge.amount, charge.currency)}
                {charge.refunded > 0 && (
                  <span className="block text-small text-muted">
                    {formatMoney(charge.refunded, charge.currency)} given back
                  </span>
                )}
              </td>
              <td className={`${cellLook} text-right`}>
                {again ? (
                  <Pill tone="fail">duplicate</Pill>
                ) : charge.refunded === 0 ? (
                  <Pill tone="ok">charged</Pill>
                ) : (
                  <Pill tone="plain">
                    {charge.refunded < charge.amount ? "partly refunded" : "refunded"}
                  </Pill>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
