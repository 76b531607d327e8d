/**
 * Duplicates that wait in this process: for all keys, for those of one account, and for one key. Each polls, and none may crowd
 * out the others.
 */
const SEATS = 100;
const SEATS_OF_ACCOUNT = 75;
const SEATS_OF_KEY = 50;

const ofAccounts = new Map<string, number>();
const ofKeys = new Map<string, number>();
let all = 0;

/**
 * A seat for as long as somebody waits for a key's answer. It is no connection: waiters hold none.
 * @returns gives the seat back, once; undefined where there is none
 */
export function takeSeat({ account, key }: { account: string; key: string }) {
  const name = `${account} ${key}`;
  const [ofAccount, ofKey] = [ofAccounts.get(account) ?? 0, ofKeys.get(name) ?? 0];
  if (all >= SEATS || ofAccount >= SEATS_OF_ACCOUNT || ofKey >= SEATS_OF_KEY) return undefined;
  all += 1;
  ofAccounts.set(account, ofAccount + 1);
  ofKeys.set(name, ofKey + 1);
  return () => {
    all -= 1;
    less(ofAccounts, account);
    less(ofKeys, name);
  };
}

function less(seats: Map<string, number>, of: string): void {
  const left = (seats.get(of) ?? 1) - 1;
  if (left > 0) seats.set(of, left);
  else seats.delete(of);
}
