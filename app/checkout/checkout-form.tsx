"use client";

import { useRef, useState } from "react";
import type { Order, PaymentMethod } from "../trpc/outputs.ts";
import { ErrorCode } from "../ui/error-code.tsx";
import { BuyerFields, ProblemSummary } from "./buyer/buyer-fields.tsx";
import { useBuyer } from "./buyer/use-buyer.ts";
import { isInDoubt } from "./intent/view.ts";
import { KeyConflict } from "./key-conflict.tsx";
import { MainAction } from "./main-action.tsx";
import { MethodPicker } from "./method-picker.tsx";
import { Notes } from "./notes.tsx";
import { saveOrder } from "./order/save-order.ts";
import { OrderSkeleton } from "./order-skeleton.tsx";
import { OrderSummary } from "./order-summary.tsx";
import { Outcome } from "./outcome.tsx";
import { Receipt } from "./receipt.tsx";
import type { CheckoutState } from "./use-checkout.ts";

/** Where the payment stands, what is bought, how it is paid, and the one button. */
export function CheckoutForm(props: {
  orderId: string;
  checkout: CheckoutState;
  account: string;
  methods: readonly PaymentMethod[];
}) {
  const { view, live, screen, words, paid, locked, waiting, total } = props.checkout;
  const { record, phase } = view;
  const inDoubt = isInDoubt(screen);
  // A press sends what was decided before, whatever was chosen here meanwhile: the page goes on naming it.
  const sameAgain = locked && words.button[0] === "pay" && screen !== "price-changed";
  const [chosen, setChosen] = useState<string | null>(null);
  const method =
    (locked ? null : chosen) ?? record?.input.paymentMethod ?? props.methods[0]?.token ?? "";
  const picker = useRef<HTMLDivElement>(null);
  const buyer = useBuyer(live.order);

  function act() {
    if (words.button[0] === "pay" && !locked && !buyer.check()) return;
    const saveFirst = locked ? undefined : buyer.unsaved;
    actOn(props.checkout, props.account, method, () => saveEmail(live.order, saveFirst));
    if (words.button[0] === "choose")
      // The list appears with the next paint; the choice is what was asked for, so the focus goes there.
      requestAnimationFrame(() =>
        picker.current?.querySelector<HTMLInputElement>("input:checked")?.focus(),
      );
  }

  return (
    <div className="grid min-w-0 gap-4 max-[939px]:contents min-[940px]:sticky min-[940px]:top-4">
      <Outcome
        screen={screen}
        words={words}
        nextSendAt={phase.at === "waiting" ? phase.until : null}
      >
        {screen === "key-reused" && record?.firstInput && (
          <KeyConflict first={record.firstInput} now={record.input} />
        )}
        {phase.at === "broken" && <ErrorCode code={phase.code} traceId={phase.traceId} />}
      </Outcome>
      <ProblemSummary buyer={buyer} />
      <Notes view={view} />
      {live.order ? (
        <OrderSummary
          order={live.order}
          locked={locked}
          lockNote={waiting ? "Locked until we know" : sameAgain ? "Locked: same payment" : ""}
          saving={live.saving}
          onItems={live.setItems}
        />
      ) : (
        <OrderSkeleton lost={live.lost} />
      )}
      {paid && <Receipt paid={paid} idempotencyKey={record?.idempotencyKey ?? null} />}
      {!paid && !inDoubt && screen !== "declined" && <BuyerFields buyer={buyer} locked={locked} />}
      <div ref={picker} className="empty:hidden">
        <MethodPicker
          methods={props.methods}
          value={method}
          onChange={setChosen}
          locked={locked}
          waiting={waiting || sameAgain}
          inDoubt={inDoubt}
        />
      </div>
      <MainAction
        words={words}
        orderId={props.orderId}
        ready={!live.saving && total !== undefined}
        onAct={act}
      />
    </div>
  );
}

/** The email goes with the order. Everything else on the page is the server's already. */
async function saveEmail(order: Order | null | undefined, email: string | undefined) {
  if (!order || email === undefined) return;
  const items = order.items.map(({ sku, quantity }) => ({ sku, quantity }));
  await saveOrder(order.orderId, items, email);
}

function actOn(
  { words, intent, total }: CheckoutState,
  account: string,
  paymentMethod: string,
  whenSaved: () => Promise<void>,
) {
  switch (words.button[0]) {
    case "ask":
      return void intent().askNow();
    case "looked":
      return intent().looked();
    case "choose":
      return intent().chooseAgain();
    case "reload":
      return location.reload();
    case "pay":
      if (!total) return;
      return void intent().press({
        account,
        input: { paymentMethod, expectedTotal: total },
        whenSaved,
      });
  }
}
