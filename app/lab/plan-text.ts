/** A plan as text, edited entry by entry. What an entry means is the server's parser's to say, not this file's. */
export function entriesOf(plan: string): string[] {
  return plan
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "");
}

export function nameOfEntry(entry: string): string {
  return /^[^=@]*/.exec(entry)?.[0] ?? entry;
}

/** The plan with this fault's entry exchanged; "" takes it out. */
export function withEntry(plan: string, name: string, entry: string): string {
  const entries = entriesOf(plan);
  const at = entries.findIndex((one) => nameOfEntry(one) === name);
  if (entry === "") return entries.filter((one) => nameOfEntry(one) !== name).join(",");
  if (at === -1) return [...entries, entry].join(",");
  return entries.map((one, index) => (index === at ? entry : one)).join(",");
}

/** Every chance of the plan under this seed. */
export function withSeed(plan: string, seed: string): string {
  return plan.replaceAll(/(@%\d{1,3}#)[A-Za-z0-9]*/g, `$1${seed}`);
}

interface Decided {
  arrival: number;
  detail: { fault?: { name: string; entry: string; happened: boolean } | undefined } | null;
}

/**
 * The plan that makes happen again what has happened: chances become the arrivals that they met. A draw hangs on the
 * key, and a new order has a new key; written like this it meets the same faults.
 */
export function asMet(plan: string, events: readonly Decided[]): string {
  const met = new Map<string, { entry: string; arrivals: Set<number> }>();
  for (const { arrival, detail } of events) {
    const fault = detail?.fault;
    if (!fault?.happened) continue;
    const head = fault.entry.replace(/@.*/, "");
    const known = met.get(head) ?? { entry: head, arrivals: new Set() };
    met.set(head, known);
    known.arrivals.add(arrival);
  }
  return entriesOf(plan)
    .flatMap((entry) => {
      if (!entry.includes("@%")) return [entry];
      const known = met.get(entry.replace(/@.*/, ""));
      if (!known) return [];
      return [`${known.entry}@${[...known.arrivals].sort((a, b) => a - b).join("+")}`];
    })
    .join(",");
}

/** Only what happened in these events, each at the arrivals that met it: the prefix of a fork. */
export function onlyMet(events: readonly Decided[]): string {
  const heads = new Set(
    events.flatMap(({ detail }) =>
      detail?.fault?.happened ? [detail.fault.entry.replace(/@.*/, "")] : [],
    ),
  );
  const chances = [...heads].map((head) => `${head}@%0#0`).join(",");
  return asMet(chances, events);
}
