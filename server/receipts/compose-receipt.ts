import type { ClaimedReceipt } from "./claim-receipt.ts";
import { messageId } from "./message-id.ts";
import type { Mail } from "./mailer.ts";

/** The same order gives the same mail, to the byte: plain text, no card, no key. */
export function composeReceipt(receipt: ClaimedReceipt): Mail {
  const { account, orderId, amount, currency, paidAt, email, lines } = receipt;
  const money = (cents: number) =>
    new Intl.NumberFormat("en-IE", { style: "currency", currency }).format(cents / 100);
  const items = lines.map(
    ({ name, quantity, unitAmount }) => `${quantity} × ${name}: ${money(quantity * unitAmount)}`,
  );
  return {
    account,
    orderId,
    messageId: messageId(account, orderId),
    to: email ?? undefined,
    date: new Date(paidAt),
    subject: `Your receipt: ${money(amount)}, order …${orderId.slice(-8)}`,
    text: [
      "Thank you. This is the receipt of your order.",
      "",
      ...items,
      `Total: ${money(amount)}`,
      "",
      `Paid at ${paidAt.slice(0, 16).replace("T", " ")} UTC`,
      `Order ${orderId}`,
      "",
      "You may get this mail more than once: it is one receipt, and one payment.",
      "All money here is pretend.",
      "",
    ].join("\n"),
  };
}
