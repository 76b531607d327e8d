/** Blank for 200 ms, then a hint: most pages are there before it shows. */
export default function Loading() {
  return (
    <main id="main" className="mx-auto max-w-[1180px] px-4 py-10">
      <p className="late text-muted">Loading…</p>
    </main>
  );
}
