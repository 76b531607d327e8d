/** The session of this page was replaced while it stood there. Shown by the page's client, and drawn by the server alone: it costs the page no script. */
export function EstrangedBar({ account }: { account: string }) {
  return (
    <p
      role="alert"
      className="hidden border-b border-unknown bg-unknown-bg px-4 py-2.5 text-center text-small text-unknown in-data-estranged:block"
    >
      <span aria-hidden="true">? </span>
      This page is {account}&apos;s, and this browser is another account now, or none: nothing more
      is sent from here. Reload it to go on.
    </p>
  );
}
