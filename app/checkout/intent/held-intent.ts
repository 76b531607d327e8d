import type { IntentPorts } from "./ports.ts";
import { advance, type Ending, type IntentEvent, type IntentRecord } from "./record.ts";
import { type IntentView, NOTHING_KNOWN, type Phase } from "./view.ts";

/** What follows a send or a look at the status: it is over, or the key is watched, or sent again. */
export type Next = "done" | "resend" | "joined" | "unknown";

/** One order's intent in this page: the view, its listeners, and the only two doors to the stored record. */
export class HeldIntent {
  readonly orderId: string;
  readonly ports: IntentPorts;
  account: string | null = null;
  /** Ends the link's sleep between two sends; null when it does not sleep. */
  sendNow: (() => void) | null = null;
  /** Since when, without a break, the server has been saying "unknown" (ms on the page's clock). */
  unknownSince: number | null = null;
  private readonly listeners = new Set<() => void>();
  private current = NOTHING_KNOWN;

  constructor(orderId: string, ports: IntentPorts) {
    this.orderId = orderId;
    this.ports = ports;
  }

  readonly subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  readonly view = () => this.current;

  enter(phase: Phase) {
    this.show({ phase });
  }

  /** Shows a phase that ends the matter for now. */
  done(phase: Phase): "done" {
    this.show({ phase });
    return "done";
  }

  /** The record as it stands, another tab's changes included; a record of another account counts as none. */
  stored(): IntentRecord | null {
    // Another tab's reset forgets it. What this page has sent may have been taken all the same, and is not told as nothing.
    const record = this.ports.keeper.read(this.orderId) ?? sentFromHere(this.current.record);
    const foreign = record !== null && this.account !== null && record.account !== this.account;
    this.show({ record: foreign ? null : record, foreignAccount: foreign });
    return this.current.record;
  }

  /** Pay was pressed. A fresh key is the one that all tabs of this browser get; returns what then stands in storage. */
  async press(event: Extract<IntentEvent, { type: "pressed" }>): Promise<IntentRecord | null> {
    const before = this.stored();
    const next = advance(before, event);
    if (next?.idempotencyKey !== event.freshKey) return this.apply(event);
    const { record, kept } = await this.ports.keeper.succeed(next, before?.idempotencyKey ?? null);
    this.show({ record, kept, foreignAccount: false });
    this.ports.tellOthers(this.orderId);
    return record;
  }

  /** Advances the stored record by one event; returns what then stands in storage. */
  apply(event: IntentEvent): IntentRecord | null {
    const before = this.stored();
    const next = advance(before, event);
    if (next === before) return next;
    if (next === null) {
      this.ports.keeper.forget(this.orderId);
      this.show({ record: null });
    } else {
      const { record, kept } = this.ports.keeper.write(next);
      this.show({ record, kept, foreignAccount: false });
    }
    this.ports.tellOthers(this.orderId);
    return this.current.record;
  }

  /** A page that died in mid-send could not write its doubt down, and its request may arrive yet. */
  doubtLeftBehind({ state, idempotencyKey }: IntentRecord): void {
    if (state === "sent") this.apply({ type: "status-unknown", key: idempotencyKey });
  }

  /** The record was settled elsewhere: its answer is shown as what it is here, a saved one. */
  showSettled(): "done" {
    return this.showEnding(this.stored()?.result, true);
  }

  finish(key: string, ending: Ending, replayed: boolean): "done" {
    this.apply({ type: "ended", key, ending });
    return this.showEnding(ending, replayed);
  }

  private showEnding(ending: Ending | undefined, replayed: boolean): "done" {
    const answered = ending?.status === "paid" || ending?.status === "declined";
    return this.done(answered ? { at: "answered", answer: ending, replayed } : { at: "rest" });
  }

  private show(change: Partial<IntentView>) {
    const next = { ...this.current, ...change };
    if (isSame(next, this.current)) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }
}

function sentFromHere(record: IntentRecord | null): IntentRecord | null {
  return record?.joined || record?.state === "settled" ? null : record;
}

/** A page that is told the same again would be drawn again; at its start that is half of what it does. */
function isSame(a: IntentView, b: IntentView): boolean {
  const { record, phase, kept, foreignAccount } = a;
  return (
    record === b.record &&
    phase === b.phase &&
    kept === b.kept &&
    foreignAccount === b.foreignAccount
  );
}
