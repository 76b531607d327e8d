import { Doors } from "./opening/doors.tsx";
import { OpeningScene } from "./opening/opening-scene.tsx";
import { Shop } from "./shop/shop.tsx";
import { readCatalogue, readSession } from "./trpc/server-reads.ts";

const heading =
  "text-[34px] leading-10 font-bold tracking-tight min-[860px]:text-[44px] min-[860px]:leading-[50px]";

/** The demonstration, armed, with one button; then the shop, then the doors. Holds no key. */
export default async function ShopPage() {
  const [session, catalogue] = await Promise.all([readSession(), readCatalogue()]);
  const goods = catalogue.items.at(-1);
  return (
    <main id="main">
      {session.faults && goods ? (
        <OpeningScene
          account={session.tag}
          goods={goods}
          total={{ amount: goods.unitAmount, currency: catalogue.currency }}
          aboutFaults="Armed for this payment: the first seven answers get lost. The server does its work and drops the connection instead of answering."
          aboutNoResends={
            <p className="w-full">
              This browser did not send it again by itself. Others do; a proxy may as well.
            </p>
          }
          aboutKeys={
            <p className="-mt-2 mb-4 max-w-[88ch] text-muted">
              A payment key is a number that the page makes once for a purchase and sends with every
              try, so that the server knows a repeat from a new purchase.
            </p>
          }
          aboutResends={
            <p className="mt-5 max-w-[88ch]">
              Nobody pressed again. A connection that had been in use before broke without an
              answer, so the browser sent the request again on its other open ones. HTTP advises
              against that for a POST; browsers do it all the same, and no code on this page was
              asked.
            </p>
          }
        >
          <h1 className={heading}>You clicked once.</h1>
          <p className="mt-3 text-lead text-muted">
            The bank took the money, and the answer got lost on its way back.{" "}
            <span className="text-ink group-data-[stage=over]/scene:hidden">
              Press Pay once, and see how often a shop is paid for it: first one without payment
              keys, then this one.
            </span>
            <span className="hidden text-ink group-data-[stage=over]/scene:inline">
              Your press went to two shops with the same bank: first to one without payment keys,
              then to this one.
            </span>
          </p>
        </OpeningScene>
      ) : (
        <QuietOpening />
      )}
      <Shop catalogue={catalogue} account={session.tag} faults={session.faults} />
      <Doors faults={session.faults} />
    </main>
  );
}

/** With FAULTS off nothing goes wrong on purpose, so there is nothing to show but the shop. */
function QuietOpening() {
  return (
    <header className="mx-auto max-w-[1180px] px-4 pt-8 min-[860px]:pt-12">
      <h1 className={heading}>You are charged once.</h1>
      <p className="mt-3 max-w-[62ch] text-lead text-muted">
        Whatever the network, the browser or the processes do, an order is charged at most once, and
        everyone who asks is given the same answer. Nothing goes wrong on purpose on this server.
      </p>
    </header>
  );
}
