const DOMAIN = "mailbox.payonce.example";

/** Where the inbox keeps an order's mails: one local part for each account, one sub-domain for each order. */
export function mailboxAddress(account: string, orderId: string): string {
  return `${account}@${orderId}.${DOMAIN}`;
}

/** Undefined: no address of ours. */
export function readMailboxAddress(
  address: string,
): { account: string; orderId: string } | undefined {
  const found = /^([0-9a-z~-]{1,64})@([0-9a-f-]{36})\.mailbox\.payonce\.example$/.exec(address);
  const [, account, orderId] = found ?? [];
  return account && orderId ? { account, orderId } : undefined;
}
