import typescript from "shiki/langs/typescript.mjs";
import dark from "shiki/themes/github-dark-high-contrast.mjs";
import light from "shiki/themes/github-light-high-contrast.mjs";
import { createHighlighterCore } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";

let highlighter: ReturnType<typeof createHighlighterCore> | undefined;

/** TypeScript as HTML, coloured on the server: the browser gets no highlighter. Both themes are in it; the page's decides. */
export async function highlight(code: string): Promise<string> {
  highlighter ??= createHighlighterCore({
    langs: [typescript],
    themes: [light, dark],
    engine: createJavaScriptRegexEngine(),
  });
  return (await highlighter).codeToHtml(code, {
    lang: "typescript",
    themes: { light: light.name ?? "", dark: dark.name ?? "" },
    defaultColor: false,
  });
}
