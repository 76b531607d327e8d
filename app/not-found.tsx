import Link from "next/link";
import { PlainPage } from "./frame/plain-page.tsx";
import { buttonLook } from "./ui/button-look.ts";

export default function NotFound() {
  return (
    <PlainPage title="There is nothing at this address">
      <p className="mt-2 text-muted">
        An order&apos;s address ends in its id. No money is affected.
      </p>
      <Link href="/" className={`mt-6 inline-flex items-center ${buttonLook.quiet}`}>
        Back to the shop
      </Link>
    </PlainPage>
  );
}
