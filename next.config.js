import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

// The policy of scripts has a nonce, and is made for each page by proxy.ts. The ids in our addresses are nobody else's business.
const OF_PAGES = [
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), geolocation=(), microphone=(), payment=()" },
];

/** @type {import("next").NextConfig} */
export default {
  // The driver is patched in node_modules and must run from there, unbundled, once per process.
  serverExternalPackages: ["postgres", "drizzle-orm", "stripe"],
  poweredByHeader: false,
  // Our own API errors and pages are small; the optimiser would fetch and decode on our behalf (and has had holes).
  images: { unoptimized: true },
  // Back must show the state of the order in the URL, not a revived hidden page.
  cacheComponents: false,
  reactStrictMode: true,
  // `npm run check` reads the types, and CI does. Read again here, they were a third of the demo's first start.
  typescript: { ignoreBuildErrors: true },
  headers: () => [
    { source: "/:path*", headers: [{ key: "X-Content-Type-Options", value: "nosniff" }] },
    // Scripts and styles obey their page's, and ten of them would pay for it.
    { source: "/((?!_next/static/).*)", headers: OF_PAGES },
    {
      source: "/((?!_next/static/).*)",
      has: [{ type: "header", key: "x-forwarded-proto", value: "https" }],
      headers: [{ key: "Strict-Transport-Security", value: "max-age=31536000" }],
    },
  ],
  compiler: { runAfterProductionCompile: ({ distDir }) => compileAhead(distDir) },
};

/** In characters. A smaller script is compiled in no time, and the line is 40 bytes of each. */
const LARGE = 32_000;

/**
 * Has V8 compile the pages' large scripts while they arrive, on another thread. Turbopack asks for it by parentheses around
 * each module, the minifier takes them away, and then half of a page's start is compiling on the thread that answers presses.
 * @param {string} distDir
 */
async function compileAhead(distDir) {
  const folder = join(distDir, "static", "chunks");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  for (const file of names.map((name) => join(folder, name))) {
    const script = await readFile(file, "utf8");
    if (script.length > LARGE) await writeFile(file, `//# allFunctionsCalledOnLoad\n${script}`);
  }
}
