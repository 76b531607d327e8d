import { formatMoney } from "../ui/money.ts";
import type { PayInput } from "./intent/record.ts";

/** One key, two contents: what it was first sent with, and what was refused. */
export function KeyConflict({ first, now }: { first: PayInput; now: PayInput }) {
  return (
    <dl className="mt-3 grid grid-cols-2 gap-3 text-small">
      <Side name="First sent with" input={first} />
      <Side name="Refused with" input={now} />
    </dl>
  );
}

function Side({ name, input }: { name: string; input: PayInput }) {
  const { amount, currency } = input.expectedTotal;
  return (
    <div>
      <dt className="text-muted">{name}</dt>
      <dd>
        {formatMoney(amount, currency)}{" "}
        <code className="block font-mono break-all">{input.paymentMethod}</code>
      </dd>
    </div>
  );
}
