/** Duplicates that wait in this process, for all keys and for one: each polls, and none may crowd out the others. */
const SEATS = 100;
const SEATS_OF_KEY = 50;

const taken = new Map<string, number>();
let all = 0;

/**
 * A seat for as long as somebody waits for a key's answer. It is no connection: waiters hold none.
 * @returns gives the seat back, once; undefined where there is none
 */
export function takeSeat({ account, key }: { account: string; key: string }) {
  const name = `${account} ${key}`;
  const ofKey = taken.get(name) ?? 0;
  if (all >= SEATS || ofKey >= SEATS_OF_KEY) return undefined;
  all += 1;
  taken.set(name, ofKey + 1);
  return () => {
    all -= 1;
    const left = (taken.get(name) ?? 1) - 1;
    if (left > 0) taken.set(name, left);
    else taken.delete(name);
  };
}
