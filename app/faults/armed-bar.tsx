import { countFaults, nameOfPlan } from "./plans.ts";

/**
 * The amber bar: something is going to go wrong on purpose, and here is how to stop it.
 * @param scope whose requests meet the fault: "this payment", or the account's public name
 * @param said what came of the last press of Disarm, where that was not what it was for
 */
export function ArmedBar(props: {
  plan: string;
  scope: string;
  onDisarm: () => void;
  said?: string;
}) {
  const count = countFaults(props.plan);
  if (count === 0) return null;
  return (
    <div className="border-b border-dashed border-unknown bg-unknown-bg text-unknown">
      <div className="mx-auto flex max-w-[1180px] items-center justify-between gap-x-4 px-4 text-small">
        <p className="py-2.5">
          <span aria-hidden="true">⚠ </span>
          <strong className="font-semibold">
            {count} {count === 1 ? "fault" : "faults"} armed for {props.scope}
          </strong>
          : {nameOfPlan(props.plan).toLowerCase()}
          <span role="status" className="block empty:hidden">
            {props.said}
          </span>
        </p>
        <button
          type="button"
          onClick={props.onDisarm}
          className="min-h-11 shrink-0 px-2 font-semibold underline underline-offset-4"
        >
          Disarm
        </button>
      </div>
    </div>
  );
}
