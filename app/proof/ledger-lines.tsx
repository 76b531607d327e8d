import type { Order } from "../trpc/outputs.ts";
import { formatMoney } from "../ui/money.ts";
import { cellLook, headLook } from "./table-look.ts";

export function LedgerHead() {
  return (
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
  );
}

/** One line of a posting, its amount on the side where it is booked. */
export function LedgerLine({ line }: { line: Omit<Order["ledger"][number], "at"> }) {
  const amount = formatMoney(line.amount, line.currency);
  return (
    <tr>
      <td className={cellLook}>{line.account}</td>
      <td className={`${cellLook} text-right`}>{line.direction === "debit" && amount}</td>
      <td className={`${cellLook} text-right`}>{line.direction === "credit" && amount}</td>
    </tr>
  );
}
