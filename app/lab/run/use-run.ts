"use client";

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useCheckout } from "../../checkout/use-checkout.ts";
import type { Preset } from "../../trpc/outputs.ts";
import type { LaneView } from "../bench/lane-client.ts";
import { useBench } from "../bench/use-bench.ts";
import type { Scenario } from "../use-scenario.ts";
import { otherThan, sendOtherAmount } from "./send-other-amount.ts";

const SECOND_PRESS_MS = 300;
const nothing: LaneView = { state: { at: "idle" }, clicks: 0, fetches: 0 };
const noLane = { subscribe: () => () => {}, view: () => nothing };

/**
 * The bench with its buttons. *Pay* is one press in every lane that runs; *Run* takes a fresh order and does what the
 * scenario does. The shop's own lane is the shop's own client; nothing about it is special here.
 */
export function useRun(given: {
  account: string;
  preset: Preset | null;
  scenario: Scenario;
  /** Called before a press: sets the gates. False: nothing is to be sent. */
  beforePress: (bench: { runKey: string }) => Promise<boolean>;
}) {
  const { account, preset, scenario } = given;
  const { wrong } = scenario;
  const { bench, client, intent, renew, renewing } = useBench(
    preset?.id ?? "",
    account,
    wrong,
    scenario.plan,
  );
  const checkout = useCheckout(bench.orderId, account, null);
  const lane = client ?? noLane;
  const view = useSyncExternalStore(lane.subscribe, lane.view, () => nothing);
  const [method, setMethod] = useState("pm_card_visa");
  const [clicks, setClicks] = useState(0);
  const [otherAmount, setOtherAmount] = useState("");
  const { order } = checkout.live;
  const total = !renewing && order?.orderId === bench.orderId ? order.total : undefined;
  const lanes = scenario.running;

  async function press() {
    if (!total) return;
    if (!(await given.beforePress(bench))) return;
    if (wrong && lanes.includes(wrong.lane)) void pressLane(total);
    if (!lanes.includes("idempotent")) return;
    setClicks((count) => count + 1);
    const input = { paymentMethod: method, expectedTotal: total };
    void intent.press({ account, input, whenSaved: async () => {} });
  }

  async function pressLane(expectedTotal: { amount: number; currency: "EUR" }) {
    const { orderId, runKey } = bench;
    await client?.press({
      orderId,
      runKey,
      paymentMethod: method,
      expectedTotal,
      plan: scenario.plan,
    });
  }

  /** The same key with another total. The shop refuses it by its fingerprint; a lane without one charges. */
  async function sendOther() {
    if (!total) return;
    if (wrong && lanes.includes(wrong.lane)) void pressLane(otherThan(total));
    if (!lanes.includes("idempotent")) return;
    setClicks((count) => count + 1);
    setOtherAmount(await sendOtherAmount(bench, method, total));
  }

  const doing = useRunning({
    press,
    sendOther,
    total: total?.amount,
    youDo: preset?.youDo,
    view,
    checkout,
  });
  return {
    bench,
    checkout,
    view,
    total,
    method,
    setMethod,
    otherAmount,
    clicks: { lane: view.clicks, idempotent: clicks },
    fetches: { lane: view.fetches, idempotent: checkout.view.record?.sends ?? 0 },
    press: () => void press(),
    pressShop: () => {
      const input = total && { paymentMethod: method, expectedTotal: total };
      if (input) void intent.press({ account, input, whenSaved: async () => {} });
    },
    pressLane: () => total && void pressLane(total),
    sendOther: () => void sendOther(),
    /** A fresh order, and then what the scenario does. */
    async run() {
      setClicks(0);
      setOtherAmount("");
      await renew();
      doing.start();
    },
    async newOrder() {
      setClicks(0);
      setOtherAmount("");
      await renew();
    },
  };
}

export type Run = ReturnType<typeof useRun>;

/** Does what a person does under a scenario, once the fresh order's price is known. */
function useRunning(given: {
  press: () => Promise<void>;
  sendOther: () => Promise<void>;
  total: number | undefined;
  youDo: Preset["youDo"] | undefined;
  view: LaneView;
  checkout: ReturnType<typeof useCheckout>;
}) {
  const { total, youDo = "pay", view } = given;
  const [step, setStep] = useState<"rest" | "first" | "second">("rest");
  const latest = useRef(given);
  useEffect(() => {
    latest.current = given;
  });

  useEffect(() => {
    if (step !== "first" || total === undefined) return;
    setStep(youDo === "pay-then-again" || youDo === "pay-other-amount" ? "second" : "rest");
    void latest.current.press();
    if (youDo === "pay-twice") setTimeout(() => void latest.current.press(), SECOND_PRESS_MS);
  }, [step, total, youDo]);

  // The second press comes when the page knows how the first one ended, as a person's would.
  const laneEnded = view.clicks === 0 || view.state.at !== "paying";
  const shopEnded = !given.checkout.waiting && given.checkout.screen !== "idle";
  const onlyLane = view.clicks > 0;
  const ended =
    youDo === "pay-other-amount" ? laneEnded && (shopEnded || onlyLane) : onlyLane && laneEnded;
  useEffect(() => {
    if (step !== "second" || !ended) return;
    setStep("rest");
    if (youDo === "pay-other-amount") void latest.current.sendOther();
    else void latest.current.press();
  }, [step, ended, youDo]);

  return { start: () => setStep("first") };
}
