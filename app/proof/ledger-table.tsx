import type { Order } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { cellLook, headLook } from "./table-look.ts";

/** The postings of one order: each paid order has one debit and one credit of the same amount. */
export function LedgerTable({ rows }: { rows: Order["ledger"] | undefined }) {
  if (!rows || rows.length === 0) return <p className="text-muted">No rows yet.</p>;
  return (
    <table className="w-full">
      <thead>
        <tr>
          <th scope="col" className={headLook}>
            Account
          </th>
          <th scope="col" className={`${headLook} text-right`}>
            Debit
          </th>
          <th scope="col" className={`${headLook} text-right`}>
            Credit
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const amount = formatMoney(row.amount, row.currency);
          return (
            <tr key={row.entryId}>
              <td className={cellLook}>{row.account}</td>
              <td className={`${cellLook} text-right`}>
                {row.direction === "debit" ? amount : ""}
              </td>
              <td className={`${cellLook} text-right`}>
                {row.direction === "credit" ? amount : ""}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
