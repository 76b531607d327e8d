import { BuyOnce } from "./shop/buy-once.tsx";
import { readCatalogue, readSession } from "./trpc/server-reads.ts";

/** The demonstration, armed, with one button. */
export default async function ShopPage() {
  const [session, catalogue] = await Promise.all([readSession(), readCatalogue()]);
  return (
    <main id="main">
      <BuyOnce catalogue={catalogue} account={session.name} faults={session.faults}>
        <header className="max-w-[62ch] pt-8 pb-7 min-[860px]:pt-12 min-[860px]:pb-9">
          <h1 className="text-[34px] leading-10 font-bold tracking-tight min-[860px]:text-[44px] min-[860px]:leading-[50px]">
            You clicked once.
          </h1>
          <p className="mt-3 text-lead text-muted">
            The bank took the money, and the answer got lost on its way back. Were you charged? Will
            trying again charge you twice?{" "}
            <span className="text-ink">
              Press Pay, and see what the server, the ledger and the bank really did.
            </span>
          </p>
        </header>
      </BuyOnce>
    </main>
  );
}
