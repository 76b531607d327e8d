import Link from "next/link";
import { buttonLook } from "../ui/button-look.ts";

/**
 * No order on the server and no draft in this browser.
 * @param elsewhere this browser began a payment of it as another account
 */
export function EmptyOrder({ elsewhere = false }: { elsewhere?: boolean }) {
  return (
    <main id="main" data-state="empty" className="mx-auto max-w-[62ch] px-4 py-16">
      <h1 className="text-heading font-semibold">There is no such order here</h1>
      <p className="mt-2 text-muted">
        {elsewhere
          ? "This browser began a payment of it as another account. That one may have been charged, once, and only it is told."
          : "It may belong to another account, or was never saved. Nothing was charged for it from this page."}
      </p>
      <Link href="/" className={`mt-6 inline-flex items-center ${buttonLook.quiet}`}>
        Back to the shop
      </Link>
    </main>
  );
}
