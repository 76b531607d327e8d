"use client";

import Link from "next/link";
import type { PaymentMethod, Preset } from "../trpc/outputs.ts";
import { buttonLook } from "../ui/button-look.ts";
import { Button } from "../ui/button.tsx";
import { formatMoney } from "../ui/money.ts";
import { Panel } from "../ui/panel.tsx";
import { ShopCheckout, WrongLaneCheckout } from "./lane-checkouts.tsx";
import type { Run } from "./run/use-run.ts";
import type { LaneNumbers } from "./strip.tsx";
import type { Scenario } from "./use-scenario.ts";

const YOU_DO: Record<Preset["youDo"], string> = {
  pay: "Press Pay once.",
  "pay-twice": "Press Pay twice, quickly.",
  "pay-then-again": "Press Pay, wait for what the page says, and try again.",
  "pay-reload-pay": "Press Pay, reload this page, and press Pay again.",
  "two-tabs": "Press Pay here and in a second tab of this page.",
  "pay-other-amount": "Press Pay, then send the same key with another amount.",
  agent: "Run the agent, and resume it twice.",
  storm: "Start the storm.",
};
const ELSEWHERE: Partial<Record<Preset["youDo"], [href: string, words: string]>> = {
  agent: ["/agent", "Open the agent"],
  storm: ["/storm", "Open the storm"],
};

/** One order, how it is paid, and the buttons. */
export function CheckoutPanel(props: {
  run: Run;
  scenario: Scenario;
  preset: Preset | null;
  methods: readonly PaymentMethod[];
  numbers: readonly LaneNumbers[];
  ready: boolean;
}) {
  const { run, scenario, preset } = props;
  const { wrong } = scenario;
  const total = run.total ? formatMoney(run.total.amount, run.total.currency) : "…";
  const elsewhere = preset && ELSEWHERE[preset.youDo];
  return (
    <Panel id="checkout" title="Checkout">
      <div className="grid gap-3">
        <p className="text-small text-muted">
          {preset ? YOU_DO[preset.youDo] : "Arm a fault, and press Pay."}
        </p>
        <label className="grid gap-1 text-small font-medium">
          How to pay
          <select
            value={run.method}
            onChange={(event) => run.setMethod(event.target.value)}
            className="min-h-11 w-full rounded-lg border border-control bg-panel px-2.5 text-body font-normal"
          >
            {props.methods.map(({ token, brand, sentence }) => (
              <option key={token} value={token}>
                {brand}: {sentence}
              </option>
            ))}
          </select>
        </label>
        <p className="flex items-baseline justify-between">
          <span>Kettle</span>
          <strong data-total className="text-lead">
            {total}
          </strong>
        </p>
        <Button look="main" waiting={!props.ready || !run.total} onPress={run.press}>
          Pay {total}
        </Button>
        <div className="flex flex-wrap gap-2">
          {elsewhere ? (
            <Link href={elsewhere[0]} className={`inline-flex items-center ${buttonLook.quiet}`}>
              {elsewhere[1]}
            </Link>
          ) : (
            <Button
              look="quiet"
              className="w-full"
              waiting={!props.ready}
              onPress={() => void run.run()}
            >
              ▶ Run it on a new order
            </Button>
          )}
          <Button look="quiet" className="flex-1" onPress={() => void run.newOrder()}>
            New order
          </Button>
          {preset?.youDo === "pay-other-amount" && (
            <Button look="quiet" onPress={run.sendOther}>
              Send again with another amount
            </Button>
          )}
        </div>
        {scenario.running.map((lane) =>
          lane === "idempotent" ? (
            <ShopCheckout key={lane} run={run} />
          ) : (
            wrong && (
              <WrongLaneCheckout
                key={lane}
                run={run}
                lane={wrong}
                audit={props.numbers.find((one) => one.lane === lane)?.audit}
              />
            )
          ),
        )}
      </div>
    </Panel>
  );
}
