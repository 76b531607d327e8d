"use client";

import type { Buyer, FieldName } from "./use-buyer.ts";

const labels: Record<FieldName, string> = { email: "Email", name: "Name" };

/** Two fields that may both stay empty. */
export function BuyerFields({ buyer, locked }: { buyer: Buyer; locked: boolean }) {
  return (
    <div data-panel className="grid gap-3 rounded-panel border border-line bg-panel p-4">
      <Field
        buyer={buyer}
        field="email"
        type="email"
        locked={locked}
        hint="For the receipt. Without it, the receipt goes to this demo's own mailbox."
      />
      <Field
        buyer={buyer}
        field="name"
        type="text"
        locked={locked}
        hint="Stays in this browser. Nothing is printed on it."
      />
    </div>
  );
}

function Field(props: {
  buyer: Buyer;
  field: FieldName;
  type: "email" | "text";
  locked: boolean;
  hint: string;
}) {
  const { buyer, field, type, locked } = props;
  const problem = buyer.problems[field];
  return (
    <div>
      <label htmlFor={`buyer-${field}`} className="flex justify-between font-medium">
        {labels[field]}
        <span className="text-small font-normal text-muted">optional</span>
      </label>
      <input
        id={`buyer-${field}`}
        type={type}
        name={field}
        autoComplete={field}
        // The page's own words say what is wrong, when it is wrong; the browser's would say it in another language.
        inputMode={type === "email" ? "email" : undefined}
        value={buyer[field]}
        readOnly={locked}
        maxLength={254}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`buyer-${field}-hint${problem ? ` buyer-${field}-problem` : ""}`}
        onChange={(event) => buyer.type(field, event.target.value)}
        onBlur={() => buyer.leave(field)}
        className="mt-1 block min-h-11 w-full rounded-lg border border-control bg-panel px-3 read-only:border-line read-only:text-muted aria-invalid:border-2 aria-invalid:border-fail"
      />
      {problem && (
        <p id={`buyer-${field}-problem`} role="alert" className="mt-1 text-fail">
          <span aria-hidden="true">✕ </span>
          {problem}
        </p>
      )}
      <p id={`buyer-${field}-hint`} className="mt-1 text-small text-muted">
        {props.hint}
      </p>
    </div>
  );
}

/** What keeps Pay from being sent, on top, with a link to each field. */
export function ProblemSummary({ buyer }: { buyer: Buyer }) {
  if (buyer.summary.length === 0) return null;
  return (
    <div
      data-panel
      role="group"
      aria-labelledby="problems-title"
      className="rounded-panel border border-l-4 border-fail bg-fail-bg px-4 py-3"
    >
      <h2 id="problems-title" className="font-semibold text-fail">
        <span aria-hidden="true">✕ </span>Not sent: something has to be mended first
      </h2>
      <ul>
        {buyer.summary.map((field) => (
          <li key={field}>
            <a
              href={`#buyer-${field}`}
              onClick={(event) => {
                event.preventDefault();
                buyer.focus(field);
              }}
              className="inline-flex min-h-11 items-center underline underline-offset-4"
            >
              {labels[field]}: {buyer.problems[field]}
            </a>
          </li>
        ))}
      </ul>
    </div>
  );
}
