import type { Surroundings } from "./peer.ts";

/** What a process of a probe is started with, as its one argument. */
export interface Start {
  file: string;
  surroundings: Omit<Surroundings, "at">;
}

export interface Trouble {
  point: string;
  what: "hold" | "throw";
}

export type ToWorker =
  { id: number; pay: { key: string; amount: number }; trouble?: Trouble } | { go: true };

export type FromWorker =
  | { ready: true }
  | { held: string }
  | { id: number; answer: string }
  | { id: number; error: string };
