import localFont from "next/font/local";

/**
 * Geist, its Latin letters alone: 52 KB for both faces instead of 141, which on a slow phone stood in the way of the
 * first sentence for half a second. Other letters come from the system's font. From the package's files, not by its
 * style sheet, so that the first face is fetched ahead and has a fallback of its own width.
 */
export const geist = localFont({
  src: "../../node_modules/@fontsource-variable/geist/files/geist-latin-wght-normal.woff2",
  variable: "--font-geist-sans",
  weight: "100 900",
});

/** Not fetched ahead of the page: keys and names may come a moment later, the first sentence not. */
export const geistMono = localFont({
  src: "../../node_modules/@fontsource-variable/geist-mono/files/geist-mono-latin-wght-normal.woff2",
  variable: "--font-geist-mono",
  weight: "100 900",
  preload: false,
  adjustFontFallback: false,
  fallback: ["ui-monospace", "Menlo", "Liberation Mono", "DejaVu Sans Mono", "monospace"],
});
