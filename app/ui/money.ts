const formats = new Map<string, Intl.NumberFormat>();

/** "€48.00" from 4800 minor units. The only place where an amount becomes a decimal: for eyes, never for sums. */
export function formatMoney(amount: number, currency: string): string {
  // A browser's first Intl object is 15 ms, four times that on a phone, and here it would be in the way of the first press.
  if (currency === "EUR") return formatEuro(amount);
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat("en-IE", { style: "currency", currency });
    formats.set(currency, format);
  }
  return format.format(amount / 100);
}

function formatEuro(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${amount < 0 ? "-" : ""}€${whole}.${digits.slice(-2)}`;
}
