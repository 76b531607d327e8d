import type { Log } from "./stack.ts";

const COLOURS: Record<string, number> = {
  demo: 37,
  postgres: 34,
  bank: 33,
  suppliers: 32,
  worker: 35,
  web: 36,
};

/** One column for the process's name, coloured on a terminal that wants it. */
export function prefixed(write: (line: string) => void): Log {
  const colour = process.stdout.isTTY && !process.env.NO_COLOR;
  return (name, line) => {
    const label = name.padEnd(8);
    write(`${colour ? `\u001b[${COLOURS[name] ?? 37}m${label}\u001b[0m` : label} │ ${line}`);
  };
}
