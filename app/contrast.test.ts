import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const css = readFileSync(new URL("./globals.css", import.meta.url), "utf8");

/** The colour tokens of the block that begins with `selector`. */
function tokensOf(selector: string): Map<string, string> {
  const from = css.indexOf(`${selector} {`);
  const block = css.slice(from, css.indexOf("}", from));
  return new Map(
    [...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1] ?? "", m[2] ?? ""]),
  );
}

/** WCAG 2 relative luminance. */
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const channel = parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * (r ?? 0) + 0.7152 * (g ?? 0) + 0.0722 * (b ?? 0);
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

const light = tokensOf(":root");
const dark = tokensOf(':root[data-theme="dark"]');

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s theme can be read", (_name, tokens) => {
  const ratio = (ink: string, ground: string) =>
    contrast(tokens.get(ink) ?? "", tokens.get(ground) ?? "");

  it.each(["bg", "panel", "ok-bg", "fail-bg", "unknown-bg", "replay-bg"])(
    "text stands out on %s",
    (ground) => expect(ratio("ink", ground)).toBeGreaterThanOrEqual(11.7),
  );

  it.each(["ok", "fail", "unknown", "replay"])("%s stands out on its own ground", (tone) =>
    expect(ratio(tone, `${tone}-bg`)).toBeGreaterThanOrEqual(5.2),
  );

  it.each([
    ["muted", "bg"],
    ["muted", "panel"],
    ["muted", "ok-bg"],
    ["muted", "fail-bg"],
    ["accent", "panel"],
    ["on-accent", "accent"],
  ])("%s stands out on %s", (ink, ground) =>
    expect(ratio(ink, ground)).toBeGreaterThanOrEqual(4.5),
  );

  it("controls have borders that can be seen", () =>
    expect(ratio("control", "panel")).toBeGreaterThanOrEqual(3.3));
});

it("dark by preference and dark by choice are the same colours", () => {
  expect(tokensOf("  :root:not([data-theme])")).toEqual(dark);
  expect([...dark.keys()].sort()).toEqual([...light.keys()].sort());
});
