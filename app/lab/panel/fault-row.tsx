"use client";

import { WHEN } from "../fault-groups.ts";

/** One fault: its name, when it happens, and off. What the list cannot say stays as it was written. */
export function FaultRow(props: {
  name: string;
  entry: string;
  ms: number | undefined;
  seed: string;
  onEntry: (entry: string) => void;
}) {
  const { name, entry, ms } = props;
  const head =
    entry === "" ? (ms === undefined ? name : `${name}=${ms}`) : entry.replace(/@.*/, "");
  const text = /@.*/.exec(entry)?.[0] ?? "";
  const chosen =
    entry === ""
      ? "off"
      : (WHEN.find(({ value, text: at }) =>
          value === "chance" ? text.startsWith("@%30#") : value !== "off" && at === text,
        )?.value ?? "own");
  return (
    <div className="flex items-center justify-between gap-2 border-t border-line py-1">
      <span
        className={`min-w-0 text-small break-words ${entry ? "font-semibold text-unknown" : ""}`}
      >
        {entry && <span aria-hidden="true">⚠ </span>}
        {head}
      </span>
      <select
        aria-label={`${name}: when`}
        value={chosen}
        onChange={(event) => {
          const when = WHEN.find(({ value }) => value === event.target.value);
          if (!when) return;
          const seed = when.value === "chance" ? props.seed : "";
          props.onEntry(when.value === "off" ? "" : `${head}${when.text}${seed}`);
        }}
        className={`min-h-8 w-[116px] shrink-0 rounded-md border bg-panel px-1.5 text-small ${entry ? "border-dashed border-unknown" : "border-control"}`}
      >
        {WHEN.map(({ value, words }) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
        {chosen === "own" && <option value="own">{text}</option>}
      </select>
    </div>
  );
}
