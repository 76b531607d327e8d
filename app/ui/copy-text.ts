/**
 * Puts a text on the clipboard, and says how that went. Where there is none, on plain http, `select` is called: the
 * person copies by hand what it has selected.
 * @param name what was copied; "" where that is plain to see
 */
export async function copyText(name: string, text: string, select: () => void): Promise<string> {
  try {
    await navigator.clipboard.writeText(text);
    return name === "" ? "Copied." : `Copied: ${name}.`;
  } catch {
    select();
    return "There is no clipboard here. The text is selected: copy it by hand.";
  }
}
