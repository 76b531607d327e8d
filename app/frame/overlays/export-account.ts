import { api } from "../../trpc/client.ts";
import { saveFile } from "../../ui/save-file.ts";

/** Everything that the server tells this account about itself, in one file. @returns what to say of it */
export async function exportAccount(): Promise<string> {
  try {
    const [account, postings, bankStatement, invariants, reviews, events, mails, timeline] =
      await Promise.all([
        api.session.me.query(),
        api.audit.postings.query(),
        api.audit.bankStatement.query(),
        api.audit.invariants.query(),
        api.audit.reviews.query(),
        api.audit.webhooks.query(),
        api.mailbox.list.query(),
        api.timeline.list.query(),
      ]);
    const whole = {
      exportedAt: new Date().toISOString(),
      account: account.name,
      postings,
      bankStatement,
      invariants,
      reviews,
      events,
      mails,
      timeline,
    };
    saveFile(
      `payonce-${account.name}.json`,
      "application/json",
      `${JSON.stringify(whole, null, 2)}\n`,
    );
    return "Saved.";
  } catch {
    return "The server did not tell all of it, so nothing was saved. Try again.";
  }
}
