import type { Entry } from "./bank.ts";
import type { Asked, Told } from "./witness.ts";

/** What can be known of one key from outside. */
interface Story {
  order: string;
  /** Whose request it is: by the first grant or answer. */
  amount?: number;
  /** Who has had a statement reach Postgres under it, and for how much: with the reply lost nobody knows what it did. */
  tried: Map<string, number>;
  /** Who was the last of them. */
  last?: string;
  /** Since when nobody can be at it, as far as is known. */
  restsSince?: number;
  /** It rests for good. */
  isOver: boolean;
  /** Somebody may have given it up. */
  mayBeVoided: boolean;
}

/**
 * Whether a refusal was true. A package that refuses everything hurts nobody's money, so no other property would
 * show it. What does not change any more is judged as it is now; what may have changed is true if it was at any time
 * since the asking began, for an attempt may be held between what it read and what it says.
 */
export class Refusals {
  readonly #stories = new Map<string, Story>();
  readonly #answeredAt = new Map<string, number>();
  #now = 0;

  /** A point of time that is later than all others. */
  tick(): number {
    return (this.#now += 1);
  }

  amountOf(name: string): number | undefined {
    return this.#stories.get(name)?.amount;
  }

  owns(asked: Asked): void {
    this.#storyOf(asked).amount ??= asked.amount;
  }

  /** A statement of theirs has reached Postgres. */
  states(asked: Asked, mayVoid: boolean): void {
    const story = this.#storyOf(asked);
    story.tried.set(asked.who, asked.amount);
    story.last = asked.who;
    story.mayBeVoided ||= mayVoid;
    if (!story.isOver) delete story.restsSince;
  }

  /** What was told, and why that was not so. */
  tells(told: Told, captured: readonly Entry[], isExpired: boolean): string | undefined {
    const story = this.#storyOf(told);
    const now = this.tick();
    const request = `${nameOf(told)} ${told.amount}`;
    const isFinal = /^(answer|VOIDED|KEY_EXPIRED)$/.test(told.code);
    const why = this.#whyFalse(told, story, captured, isExpired);
    if (told.code === "answer") {
      story.amount ??= told.amount;
      this.#answeredAt.set(request, this.#answeredAt.get(request) ?? now);
    }
    story.isOver ||= isFinal;
    // Of "released" only its own last word: somebody else may have taken the key up before this was told.
    if (isFinal || (told.code === "RELEASED" && story.last === told.who)) story.restsSince ??= now;
    return why;
  }

  /** This very request was answered before it was asked again. */
  wasAnswered({ since, ...asked }: Told): boolean {
    const at = this.#answeredAt.get(`${nameOf(asked)} ${asked.amount}`);
    return at !== undefined && at < since;
  }

  #whyFalse(
    told: Told,
    own: Story,
    captured: readonly Entry[],
    isExpired: boolean,
  ): string | undefined {
    const { amount, intent, order, code, fence, since, who } = told;
    const others = [...this.#stories].flatMap(([name, story]) =>
      story.order === order && name !== nameOf(told) && name.startsWith(`${told.account} `)
        ? [story]
        : [],
    );
    const isLive = (story: Story) =>
      [...story.tried.keys()].some((one) => one !== who) && (story.restsSince ?? since) >= since;
    switch (code) {
      case "KEY_EXPIRED":
        return isExpired ? undefined : "no reaper has ended it";
      case "KEY_REUSED": {
        const amounts = own.amount === undefined ? [...own.tried.values()] : [own.amount];
        return amounts.some((one) => one !== amount) ? undefined : "nothing else came under it";
      }
      case "ORDER_PAID": {
        const isTaken = captured.some(
          ({ request }) => request.order === order && request.intent !== intent,
        );
        // Where no bank is asked, whoever stated may have recorded.
        const isStored = !told.hasBank && others.some(({ tried }) => tried.size > 0);
        return isTaken || isStored ? undefined : "no other intent has paid for it";
      }
      case "ORDER_BUSY":
        return others.some(isLive) ? undefined : "no other intent was at it";
      case "IN_PROGRESS":
        // Without a fence it speaks of an order whose holder was gone each time it was looked for.
        return isLive(own) || (fence === undefined && others.some(isLive))
          ? undefined
          : "nobody else was at it";
      case "VOIDED":
        return own.mayBeVoided ? undefined : "nobody has given it up";
      case "PRICE_CHANGED":
        return told.how === "a stale price" ? undefined : "its price was the right one";
      default:
        return undefined;
    }
  }

  #storyOf(asked: Asked): Story {
    const name = nameOf(asked);
    const known = this.#stories.get(name);
    if (known) return known;
    const story = {
      order: asked.order,
      tried: new Map(),
      isOver: false,
      mayBeVoided: false,
    };
    this.#stories.set(name, story);
    return story;
  }
}

function nameOf({ account, key }: { account: string; key: string }): string {
  return `${account} ${key}`;
}
