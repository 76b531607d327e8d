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
          const took = charge.status === "succeeded";
          const again = took && seen.has(charge.orderId);
          if (took) seen.add(charge.orderId);
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
              </td>
              <td className={`${cellLook} text-right`}>
                {again ? (
                  <Pill tone="fail">duplicate</Pill>
                ) : took ? (
                  <Pill tone="ok">charged</Pill>
                ) : (
                  <Pill tone="plain">{charge.status}</Pill>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
