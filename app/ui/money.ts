const formats = new Map<string, Intl.NumberFormat>();

/** "€48.00" from 4800 minor units. The only place where an amount becomes a decimal: for eyes, never for sums. */
export function formatMoney(amount: number, currency: string): string {
  let format = formats.get(currency);
  if (!format) {
    format = new Intl.NumberFormat("en-IE", { style: "currency", currency });
    formats.set(currency, format);
  }
  return format.format(amount / 100);
}
