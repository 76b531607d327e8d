import { type LaneName, LANES } from "./lane.ts";

const BETWEEN = "~";

/** The name under which the bank knows a lane of an account: another account, so that no experiment touches the shop's own. */
export function subAccount(account: string, lane: string): string {
  return `${account}${BETWEEN}${lane}`;
}

/** Whose lane the bank speaks of; undefined for the shop's own accounts and for what nobody here has named. */
export function laneOf(label: string | undefined): { account: string; lane: LaneName } | undefined {
  const at = label?.lastIndexOf(BETWEEN) ?? -1;
  const lane = LANES.find((one) => one === label?.slice(at + 1));
  return label === undefined || at < 1 || !lane ? undefined : { account: label.slice(0, at), lane };
}
