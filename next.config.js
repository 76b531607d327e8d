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
};
