import Link from "next/link";
import { cellLook, headLook } from "../proof/table-look.ts";
import type { Order } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";

/** Every posting is a balanced set of lines; they are kept together and linked to their order. */
export function PostingTable({ orders, known }: { orders: readonly Order[]; known: boolean }) {
  const posted = orders.filter((order) => order.ledger.length > 0);
  if (posted.length === 0)
    return <p className="text-muted">{known ? "No postings yet." : "Asking the server…"}</p>;
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
      {posted.map((order) => (
        <tbody key={order.orderId}>
          <tr>
            <th scope="rowgroup" colSpan={3} className="pt-3 text-left text-small font-normal">
              <Link
                href={`/checkout/${order.orderId}`}
                className="inline-flex min-h-6 items-center text-accent underline underline-offset-4"
              >
                Order <code className="ml-1 font-mono">…{order.orderId.slice(-8)}</code>
              </Link>
            </th>
          </tr>
          {order.ledger.map((row) => (
            <tr key={row.entryId}>
              <td className={cellLook}>{row.account}</td>
              <td className={`${cellLook} text-right`}>
                {row.direction === "debit" && formatMoney(row.amount, row.currency)}
              </td>
              <td className={`${cellLook} text-right`}>
                {row.direction === "credit" && formatMoney(row.amount, row.currency)}
              </td>
            </tr>
          ))}
        </tbody>
      ))}
    </table>
  );
}
