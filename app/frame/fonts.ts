import localFont from "next/font/local";

/**
 * Geist 1.9 (OFL, `fonts/OFL.txt`), cut down to weights 400 to 700 and to Latin, its punctuation and the arrows: 38 KB
 * instead of 141, which on a slow phone stood in the way of the first sentence for half a second. From the package's
 * variable TTFs, with fonttools: `varLib.instancer wght=400:700`, then `subset --flavor=woff2
 * --layout-features=kern,liga,ccmp,locl,mark,mkmk,calt,tnum,case --unicodes=U+20-7E,U+A0-17F,U+2010-2026,U+2030,U+2039-203A,
 * U+20AC,U+2122,U+2190-2193,U+2212,U+2248,U+2260-2265,U+25B6,U+25CB-25CF`. Other letters come from the system's font.
 */
export const geist = localFont({
  src: "./fonts/geist-latin.woff2",
  variable: "--font-geist-sans",
  weight: "400 700",
});

/** Not fetched ahead of the page: keys and names may come a moment later, the first sentence not. */
export const geistMono = localFont({
  src: "./fonts/geist-mono-latin.woff2",
  variable: "--font-geist-mono",
  weight: "400 700",
  preload: false,
  adjustFontFallback: false,
  fallback: ["ui-monospace", "Menlo", "Liberation Mono", "DejaVu Sans Mono", "monospace"],
});
