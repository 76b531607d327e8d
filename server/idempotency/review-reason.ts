const CHARACTERS_MAX = 1_000;

/** As Postgres can keep it, whatever another system has put into it: a reason that is not written leaves the intent to be sent again. */
export function reviewReason(said: string): string {
  return said.slice(0, CHARACTERS_MAX).replaceAll("\0", "").toWellFormed();
}
