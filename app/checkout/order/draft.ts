/** What somebody is about to buy, before the server knows of it. */
export type Draft = {
  v: 1;
  /** The tag of the account that began it. */
  account: string;
  items: { sku: string; quantity: number }[];
  /** The fault plan of this order's payments; "" when nothing is to go wrong. */
  faultPlan: string;
};

const memory = new Map<string, Draft>();
const nameOf = (orderId: string) => `payonce.draft.${orderId}`;

/** Keeps a draft under the order's id, so that the checkout can save it (again) whenever it is opened. */
export function writeDraft(orderId: string, draft: Draft): void {
  memory.set(orderId, draft);
  try {
    localStorage.setItem(nameOf(orderId), JSON.stringify(draft));
  } catch {
    // Nothing depends on it surviving this page: the server has the order as soon as it is saved.
  }
}

/** The draft of an order, or null. Drafts of another account of this browser are none of ours. */
export function readDraft(orderId: string): Draft | null {
  try {
    const text = localStorage.getItem(nameOf(orderId));
    if (text === null) return memory.get(orderId) ?? null;
    const value: unknown = JSON.parse(text);
    return isDraft(value) ? value : null;
  } catch {
    return memory.get(orderId) ?? null;
  }
}

function isDraft(value: unknown): value is Draft {
  if (typeof value !== "object" || value === null) return false;
  return (
    "v" in value &&
    value.v === 1 &&
    "account" in value &&
    typeof value.account === "string" &&
    "faultPlan" in value &&
    typeof value.faultPlan === "string" &&
    "items" in value &&
    Array.isArray(value.items) &&
    value.items.every(isItem)
  );
}

function isItem(item: unknown): boolean {
  return (
    typeof item === "object" &&
    item !== null &&
    "sku" in item &&
    typeof item.sku === "string" &&
    "quantity" in item &&
    Number.isSafeInteger(item.quantity)
  );
}
