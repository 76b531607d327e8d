import type { TimelineEvent } from "../trpc/outputs.ts";
import type { Tone } from "../ui/pill.tsx";

/** Who sent a request, in the words of every list that says so. */
export const senders: Record<TimelineEvent["sentBy"], { name: string; tone: Tone }> = {
  you: { name: "You", tone: "plain" },
  app: { name: "Your code", tone: "plain" },
  browser: { name: "The browser", tone: "replay" },
  fault: { name: "A fault", tone: "unknown" },
  completer: { name: "The completer", tone: "ok" },
  bank: { name: "The bank", tone: "plain" },
  client: { name: "Another client", tone: "plain" },
};
