import type { Outcome, Place, Until } from "./step.ts";

/** Between two of these nothing is done that anybody else could see. */
const BOUNDARIES: ReadonlySet<Place> = new Set<Place>(["statement", "call", "answer", "look-up"]);

/** Somebody whose answer never comes. */
const never = new Promise<never>(() => {});

/**
 * One attempt, held at every place until it is told to go on. Only one moves at a time, so the order of everything is
 * the order of the steps and not the machine's.
 */
export class Actor {
  readonly name: string;
  fate: "alive" | "dead" | "done" = "alive";
  /** Where it is held. */
  at: Place | undefined;
  /** It sits in the waiting room: real death would empty its seat, so here it may throw but not vanish. */
  seated = false;
  /** Something else than going on was done to it. */
  isTroubled = false;
  /** Set from its claim until it is told that it was fenced: what it writes in between is under this fence. */
  fence: number | undefined;
  #until: Until | undefined;
  #resume: (outcome: Outcome) => void = () => {};
  #held: () => void = () => {};

  constructor(name: string) {
    this.name = name;
  }

  /** Begins, and comes back when the attempt is held, or has ended. */
  start(attempt: () => Promise<void>, until?: Until): Promise<void> {
    this.#until = until;
    return this.#moving(() => {
      void attempt().then(() => {
        if (this.fate === "alive") this.fate = "done";
        this.#held();
      });
    });
  }

  /** Called by whatever the attempt meets. */
  async meet(place: Place): Promise<Outcome> {
    if (this.fate === "dead") return await never;
    if (place === "waiting") this.seated = true;
    if (!this.#isHeldAt(place)) return "goes on";
    this.at = place;
    return await new Promise<Outcome>((resolve) => {
      this.#resume = resolve;
      this.#held();
    });
  }

  /** Lets it go, and comes back when it is held again, or has ended. */
  go(how: Outcome, until?: Until): Promise<void> {
    if (this.fate !== "alive" || this.at === undefined) return Promise.resolve();
    if (how !== "goes on") this.isTroubled = true;
    if (how === "dies" && !this.seated) {
      this.vanish();
      return Promise.resolve();
    }
    this.#until = until;
    this.at = undefined;
    return this.#moving(() => this.#resume(how));
  }

  /** Gone, wherever it is held. */
  vanish(): void {
    if (this.fate === "alive") this.fate = "dead";
    this.at = undefined;
  }

  #isHeldAt(place: Place): boolean {
    // Who waits for another must be held, or nobody else would ever move.
    if (this.#until === undefined || place === "waiting") return true;
    return this.#until === "a boundary" ? BOUNDARIES.has(place) : this.#until === place;
  }

  #moving(move: () => void): Promise<void> {
    return new Promise((resolve) => {
      this.#held = resolve;
      move();
    });
  }
}
