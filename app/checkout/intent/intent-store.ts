import { readOutcome } from "../../../server/idempotency/client/index.ts";
import { HeldIntent, type Next } from "./held-intent.ts";
import { lookUp } from "./look-up.ts";
import { pollDelayMs, pollWindowMs } from "./poll-delay.ts";
import type { IntentPorts } from "./ports.ts";
import type { PayInput } from "./record.ts";
import { sendIntent } from "./send-intent.ts";
import { isEstranged, takeRefusal } from "./take-refusal.ts";
import { type IntentView, mayHavePaid } from "./view.ts";

/** The server's own "unknown" lasting this long is shown as "a person looks at this payment". */
const reviewAfterMs = 60_000;

export interface PayPress {
  account: string;
  input: PayInput;
  /** Resolves when the server holds the order as this page shows it. */
  whenSaved: () => Promise<unknown>;
}

/**
 * The checkout intent's life in the browser, one store per order, outside of any component: a payment goes on while
 * pages come and go. Every change of the record goes through `advance`; this file only decides what to do next.
 */
export class IntentStore {
  private readonly held: HeldIntent;
  private busy = false;
  private pollTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(orderId: string, ports: IntentPorts) {
    this.held = new HeldIntent(orderId, ports);
  }

  readonly subscribe = (listener: () => void): (() => void) => this.held.subscribe(listener);
  readonly view = (): IntentView => this.held.view();

  /** The order's page is shown: picks up what an earlier page left. Safe to call again. */
  attach(account: string): void {
    this.held.account = account;
    if (this.busy) return;
    this.held.stored();
    if (this.view().phase.at === "rest") void this.comeBack();
  }

  /** Pay. Makes the key if the order has no live one, stores it, and only then sends. */
  press(pressed: PayPress): Promise<void> {
    return this.alone(async () => {
      const { held } = this;
      const { ports, orderId } = held;
      held.account = pressed.account;
      held.enter({ at: "saving" });
      if (!ports.isOnline()) {
        // Nothing is queued: a payment must not leave by itself an hour later.
        return mayHavePaid(held.stored()) ? "unknown" : held.done({ at: "offline" });
      }
      const { account, input } = pressed;
      const freshKey = ports.mintKey();
      const record = await held.press({ type: "pressed", account, orderId, freshKey, input });
      if (record === null || record.state === "settled") return held.done({ at: "rest" });
      // A joined key is somebody else's decision: it is asked about, never sent.
      if (record.joined) return "joined";
      try {
        await pressed.whenSaved();
      } catch (error) {
        held.doubtLeftBehind(record);
        return takeRefusal(held, record.idempotencyKey, readOutcome(error));
      }
      return sendIntent(held, record, "you");
    });
  }

  /** "Check again", "Check now", "Ask now": asks the status first, then resends. Never a new key. */
  async askNow(): Promise<void> {
    if (this.held.sendNow) return this.held.sendNow();
    await this.ask("press", "you");
  }

  /** After a decline: the order is open again. The old key stays until the next press of Pay. */
  chooseAgain(): void {
    this.held.enter({ at: "choosing" });
  }

  /** The person has looked whether a refused key had paid after all: the next press of Pay may be a new payment. */
  looked(): void {
    const key = this.held.stored()?.idempotencyKey;
    if (key !== undefined) this.held.apply({ type: "looked", key });
  }

  /** Reload, Back, online, or visible again: ask how it ended, and resend if nobody knows. */
  async comeBack(): Promise<void> {
    if (this.busy) return;
    const record = this.held.stored();
    if (record === null || record.state === "settled") return;
    if (record.state === "new" && !record.inDoubt) return;
    if (!this.held.ports.isOnline()) return this.follow("unknown");
    await this.ask("back", "app");
  }

  /** Another tab changed the record: show that tab's state, send nothing. */
  othersWrote(): void {
    if (this.busy) return;
    const { phase, record: before } = this.view();
    const record = this.held.stored();
    if (record?.state === "sent") return this.follow("joined");
    if (record?.state === "unknown") return this.follow("unknown");
    clearTimeout(this.pollTimer);
    // The answer that this tab got itself is not a saved one because another tab has heard of it, too.
    const told = phase.at === "answered" && before?.idempotencyKey === record?.idempotencyKey;
    if (!told) this.held.showSettled();
  }

  private ask(why: "back" | "press", by: "you" | "app"): Promise<void> {
    return this.alone(async () => {
      const before = this.view().phase.at;
      // What was already told stays on screen while a mere return to the tab asks again.
      if (why === "press" || before === "rest") this.held.enter({ at: "checking" });
      try {
        const next = await lookUp(this.held, why);
        return next === "resend" ? await this.resend(by) : next;
      } catch (error) {
        if (isEstranged(readOutcome(error)))
          return this.held.done({ at: "signed-out", inDoubt: true });
        // The question got no answer: that is no news about the payment.
        return before === "joined" ? "joined" : "unknown";
      }
    });
  }

  private async resend(by: "you" | "app"): Promise<Next> {
    const record = this.held.stored();
    if (record === null || record.state === "settled") return this.held.showSettled();
    return sendIntent(this.held, record, by);
  }

  /** Watches the key without sending it, until its end is known or ten minutes have passed. */
  private follow(what: "joined" | "unknown", asked = 0, since = this.held.ports.now()): void {
    const { held } = this;
    const { ports } = held;
    clearTimeout(this.pollTimer);
    const known = held.unknownSince;
    const review = what === "unknown" && known !== null && ports.now() - known >= reviewAfterMs;
    held.enter({ at: review ? "review" : what });
    if (ports.now() - since > pollWindowMs) return;
    this.pollTimer = setTimeout(
      async () => {
        // Hidden or offline: `comeBack` takes up the thread.
        if (this.busy || !ports.isVisible() || !ports.isOnline()) return;
        const next = await lookUp(held, "watch").catch((error: unknown) =>
          isEstranged(readOutcome(error)) ? held.done({ at: "signed-out", inDoubt: true }) : what,
        );
        if (this.busy) return;
        if (next === "resend") return this.alone(() => this.resend("app"));
        if (next === "joined" || next === "unknown") this.follow(next, asked + 1, since);
      },
      pollDelayMs(what, asked),
    );
  }

  /** Comfort, not protection: keeps a double click from asking twice. The key keeps it from paying twice. */
  private async alone(work: () => Promise<Next>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.pollTimer);
    let next: Next = "done";
    try {
      next = await work();
    } finally {
      this.busy = false;
    }
    if (next === "joined" || next === "unknown") this.follow(next);
  }
}
