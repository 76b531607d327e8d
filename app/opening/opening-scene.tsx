"use client";

import Link from "next/link";
import { useEffect, useRef, type ReactNode } from "react";
import type { Money } from "../checkout/intent/record.ts";
import { buttonLook } from "../ui/button-look.ts";
import { Button } from "../ui/button.tsx";
import { formatMoney } from "../ui/money.ts";
import { useHydrated } from "../ui/use-hydrated.ts";
import { losePlan, twicePlan } from "./play-scene.ts";
import { resendsOf, sayDifference, saySide } from "./say-scene.ts";
import { SideCard } from "./side-card.tsx";
import { useScene, type SceneState } from "./use-scene.ts";

const linkLook = `inline-flex items-center ${buttonLook.quiet}`;

/** Drawn by the server: words that this page's script need not carry. */
interface Explained {
  aboutFaults: ReactNode;
  aboutKeys: ReactNode;
  aboutResends: ReactNode;
  aboutNoResends: ReactNode;
}

/** The demonstration: armed, with one button. `children` is the opening above it, drawn by the server. */
export function OpeningScene(
  props: Explained & {
    account: string;
    goods: { sku: string; name: string };
    total: Money;
    children: ReactNode;
  },
) {
  const { account, goods, total } = props;
  const scene = useScene({ account, sku: goods.sku, total });
  const hydrated = useHydrated();
  const running = scene.stage === "naive" || scene.stage === "idempotent";
  return (
    <div data-stage={scene.stage} className="group/scene mx-auto max-w-[1180px] px-4">
      <div className="grid gap-x-10 gap-y-5 pt-8 pb-7 min-[860px]:grid-cols-[minmax(0,1fr)_380px] min-[860px]:items-center min-[860px]:pt-12">
        <div className="max-w-[58ch]">{props.children}</div>
        <div data-panel className="rounded-panel border border-line bg-panel p-4">
          <p className="flex items-baseline justify-between">
            <span>{goods.name} × 1</span>
            <span className="text-lead font-semibold">
              {formatMoney(total.amount, total.currency)}
            </span>
          </p>
          <Button
            look="main"
            className="mt-3 w-full"
            waiting={!hydrated}
            describedBy="armed"
            onPress={() => void scene.press()}
          >
            {running
              ? "Paying…"
              : scene.stage === "over"
                ? "Run it again"
                : `Pay ${formatMoney(total.amount, total.currency)}`}
          </Button>
          <p id="armed" className="mt-3 text-small text-muted">
            {/* Out of the flow: a line that goes away would move everything below it. */}
            {!hydrated && (
              <span className="sr-only">
                One moment: the button works as soon as the page is ready.{" "}
              </span>
            )}
            {props.aboutFaults} <code className="font-mono break-all">{losePlan}</code>
          </p>
        </div>
      </div>
      <Result {...props} scene={scene} onTwice={() => void scene.press(twicePlan)} />
    </div>
  );
}

function Result(props: Explained & { scene: SceneState; onTwice: () => void }) {
  const { scene, onTwice } = props;
  const { stage, naive, idempotent, clicks, orderId } = scene;
  const heading = useRef<HTMLHeadingElement>(null);
  const over = stage === "over";
  useEffect(() => {
    if (over) heading.current?.focus();
  }, [over]);
  if (stage === "ready") return null;
  return (
    <div className="pb-10">
      <p role="status" className={over ? "sr-only" : "mb-3 text-muted"}>
        {progress(scene)}
      </p>
      {over && naive && idempotent && (
        <h2
          ref={heading}
          tabIndex={-1}
          className="mb-4 text-heading font-semibold min-[860px]:text-[26px] min-[860px]:leading-8"
        >
          {sayDifference(naive, idempotent)}
        </h2>
      )}
      {over && props.aboutKeys}
      <div className="grid gap-4 min-[860px]:grid-cols-2 min-[860px]:items-start">
        {naive && (
          <div className="min-w-0">
            <SideCard story={naive} clicks={clicks} />
            <p className="mt-2 px-1 text-small text-muted">{saySide(naive, clicks)}</p>
          </div>
        )}
        {idempotent && (
          <div className="min-w-0">
            <SideCard story={idempotent} clicks={clicks} />
            <p className="mt-2 px-1 text-small text-muted">{saySide(idempotent, clicks)}</p>
          </div>
        )}
      </div>
      {over && naive && resendsOf(naive) > 0 && props.aboutResends}
      {over && naive && (
        <div className="mt-5 flex flex-wrap items-center gap-3">
          {naive.requests < 2 && props.aboutNoResends}
          {naive.requests < 2 && (
            <Button look="quiet" onPress={onTwice}>
              Deliver it twice instead
            </Button>
          )}
          <Link prefetch={false} href="/lab/one-click" className={linkLook}>
            Open in the lab
          </Link>
          <Link prefetch={false} href="/patterns#key" className={linkLook}>
            Why?
          </Link>
          <Link prefetch={false} href={`/checkout/${orderId}`} className={linkLook}>
            See this order&apos;s checkout
          </Link>
        </div>
      )}
    </div>
  );
}

function progress({ stage, naive, idempotent, clicks }: SceneState): string {
  if (stage === "naive") return "Paying in a shop without payment keys…";
  if (stage === "idempotent") return "The same order and the same faults, now with a payment key…";
  if (stage === "lost" || !naive || !idempotent)
    return "The server could not be asked what happened. Money here is pretend; nothing real was charged.";
  return `${sayDifference(naive, idempotent)} Without a key: ${saySide(naive, clicks)} With a key: ${saySide(idempotent, clicks)}`;
}
