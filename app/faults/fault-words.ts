/** What each fault does, as the story tells it at the moment it happens (names: CONTRACT section 4). */
const words: Record<string, string> = {
  "lose-request": "The connection was dropped before anything was read",
  "lose-response": "The answer was lost: the connection was dropped",
  "truncate-response": "Half the answer was sent, then the connection was dropped",
  "delay-request": "The request was held back",
  "delay-response": "The answer was held back",
  "deliver-twice": "The request was delivered a second time",
  "crash-before-claim": "The process died before it claimed the key",
  "crash-after-claim": "The process died right after claiming the key",
  "crash-before-provider": "The process died before it asked the bank",
  "crash-after-provider": "The process died: the bank had charged, nothing was written down",
  "crash-before-commit": "The process died before the commit",
  "crash-after-commit": "The process died after the commit, before it could answer",
  "stall-after-claim": "The process froze, longer than its lease",
  "stall-after-provider": "The process froze after the bank's answer, longer than its lease",
  "provider-unreachable": "The bank could not be reached",
  "provider-error": "The bank answered with an error, before charging",
  "provider-timeout": "The bank charged, and its answer never came",
  "provider-error-after-charge": "The bank charged, and answered with an error",
  "database-drop-before-commit": "The database's connection died before the commit",
  "database-drop-after-commit":
    "The database committed, and its connection died before it could say so",
};

/** The sentence for the timeline's "Fault: <name> (…)"; any other text as it is. */
export function sayFault(text: string): string {
  const name = /^Fault: ([a-z-]+)/.exec(text)?.[1];
  return (name && words[name]) ?? text;
}
