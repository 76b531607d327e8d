"use client";

import { useId, useRef, useState } from "react";
import { Button } from "../ui/button.tsx";
import { formatMoney } from "../ui/money.ts";
import { RadioCards } from "../ui/radio-cards.tsx";
import { parseAmount } from "./parse-amount.ts";

/** All that is left, or a part of it. What is sent is the amount that the button says. */
export function RefundForm(props: {
  left: number;
  currency: string;
  onRefund: (amount: number) => void;
}) {
  const { left, currency } = props;
  const [how, setHow] = useState("all");
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const id = useId();
  const money = (amount: number) => formatMoney(amount, currency);
  if (left === 0)
    return <p className="text-muted">All of it has been given back. Nothing is left to refund.</p>;

  const part = parseAmount(text);
  const amount = how === "all" ? left : part;
  const wrong = (): string => {
    if (how === "all") return "";
    if (part === undefined) return "Write an amount such as 5.00.";
    if (part < 1) return "Refund at least one cent.";
    return part > left ? `At most ${money(left)} is left.` : "";
  };
  const refund = () => {
    const found = wrong();
    setProblem(found);
    if (found) field.current?.focus();
    else if (amount !== undefined) props.onRefund(amount);
  };
  return (
    <form
      className="grid gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        refund();
      }}
    >
      <RadioCards
        name={`how-${id}`}
        legend="How much goes back"
        hideLegend
        value={how}
        onChange={(value) => {
          setHow(value);
          setProblem("");
        }}
        choices={[
          { value: "all", label: "All that is left", aside: money(left) },
          { value: "part", label: "A part of it" },
        ]}
      />
      {how === "part" && (
        <div>
          <label htmlFor={`${id}-amount`} className="block text-small text-muted">
            Amount in {currency}
          </label>
          <input
            id={`${id}-amount`}
            ref={field}
            value={text}
            inputMode="decimal"
            autoComplete="off"
            aria-invalid={problem !== "" || undefined}
            aria-describedby={problem ? `${id}-problem` : undefined}
            onChange={(event) => setText(event.target.value)}
            onBlur={() => setProblem(text === "" ? "" : wrong())}
            className="mt-1 min-h-11 w-full rounded-lg border border-control bg-bg px-3 text-right aria-invalid:border-fail"
          />
          {/* Its place is kept: a line that goes when the field is left would move the button from under the pointer. */}
          <p id={`${id}-problem`} className="mt-1 min-h-5 text-small text-fail">
            {problem && (
              <>
                <span aria-hidden="true">✕ </span>
                {problem}
              </>
            )}
          </p>
        </div>
      )}
      <Button look="quiet" onPress={refund}>
        Refund {amount === undefined || wrong() ? "…" : money(amount)}
      </Button>
      <p className="text-small text-muted">
        Press it as often as you like: one refund is made once, and all of them together never give
        back more than was charged.
      </p>
    </form>
  );
}
