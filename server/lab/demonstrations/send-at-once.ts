import type { Mailer } from "../../receipts/mailer.ts";

/**
 * Several senders at once, on the slowest machine too: none hands its mail over before each of the others has been let
 * through or turned away. What each of them gave, in their order.
 */
export async function sendAtOnce<Told>(
  mailer: Mailer,
  senders: number,
  send: (mailer: Mailer) => Promise<Told>,
): Promise<Told[]> {
  let undecided = senders;
  let letGo = () => {};
  const allDecided = new Promise<void>((resolve) => (letGo = resolve));
  const decide = () => {
    undecided -= 1;
    if (undecided === 0) letGo();
  };
  const one = async () => {
    let decided = false;
    const once = () => {
      if (!decided) decide();
      decided = true;
    };
    const waiting: Mailer = {
      ...mailer,
      async deliver(mail) {
        once();
        await allDecided;
        await mailer.deliver(mail);
      },
    };
    return await send(waiting).finally(once);
  };
  return await Promise.all(Array.from({ length: senders }, one));
}
