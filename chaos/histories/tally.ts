/** How often what happened over a run, by its name in plain words. What is counted nowhere may never have happened. */
export class Tally {
  readonly counts = new Map<string, number>();

  add(name: string, times = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  merge({ counts }: Tally): void {
    for (const [name, times] of counts) this.add(name, times);
  }

  /** One line each, in the order of the alphabet. */
  table(): string {
    const names = [...this.counts.keys()].toSorted();
    return names.map((name) => `${String(this.counts.get(name)).padStart(8)}  ${name}`).join("\n");
  }
}
