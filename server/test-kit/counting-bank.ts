import { NeedsReview, NotTaken } from "../idempotency/index.ts";

export interface Ask {
  orderId: string;
}
export interface Receipt {
  reference: string;
}

/** What one call meets: refused before anything, done but never answered, or told that the key had another request. */
export type Mishap = "refuses" | "loses the answer" | "sees another request";

/**
 * Another system, in memory, that counts. `honest` replays a key it knows; `forgetful` charges whatever comes, as
 * many providers do. Both find a charge by its reference, once it is there.
 */
export class CountingBank {
  /** One for each capture. */
  readonly charges: { orderId: string; providerKey: string }[] = [];
  /** The fence of every call, in the order of their beginning. */
  readonly sends: number[] = [];
  /** Met by the calls that come next, one each; undefined lets a call pass. */
  readonly mishaps: (Mishap | undefined)[] = [];
  /** How long a call takes. A call whose pause never ends has arrived and is not answered. */
  busy: () => Promise<void> = async () => {};
  readonly #kind: "honest" | "forgetful";

  constructor(kind: "honest" | "forgetful" = "honest") {
    this.#kind = kind;
  }

  async send(fence: number, { orderId }: Ask, providerKey: string): Promise<Receipt> {
    this.sends.push(fence);
    const mishap = this.mishaps.shift();
    await this.busy();
    if (mishap === "refuses") throw new NotTaken("no connection");
    if (mishap === "sees another request") throw new NeedsReview("this key had another request");
    const known = this.charges.find((charge) => charge.providerKey === providerKey);
    if (this.#kind === "forgetful" || known === undefined)
      this.charges.push({ orderId, providerKey });
    if (mishap === "loses the answer") throw new Error("the connection was reset");
    return { reference: providerKey };
  }

  async lookUp(providerKey: string): Promise<Receipt | undefined> {
    return this.charges.some((charge) => charge.providerKey === providerKey)
      ? { reference: providerKey }
      : undefined;
  }
}
