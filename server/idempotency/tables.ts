import { boolean, integer, pgTable, primaryKey, text, timestamp, uuid } from "drizzle-orm/pg-core";

/** For your own reads (a page, a metric). Writes belong to the package; `migration.sql` is the full truth. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    account: text().notNull(),
    key: uuid().notNull(),
    procedure: text().notNull(),
    fingerprint: text().notNull(),
    input: text().notNull(),
    orderId: text("order_id"),
    holds: boolean().notNull(),
    state: text({
      enum: [
        "in_progress",
        "unknown",
        "released",
        "completed",
        "voided",
        "needs_review",
        "expired",
      ],
    }).notNull(),
    fence: integer().notNull(),
    leaseUntil: timestamp("lease_until", { withTimezone: true, mode: "string" }).notNull(),
    answer: text(),
    review: text(),
    createdAt: timestamp("created_at", { withTimezone: true, mode: "string" }).notNull(),
    updatedAt: timestamp("updated_at", { withTimezone: true, mode: "string" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.account, table.key] })],
);

export const idempotencySteps = pgTable(
  "idempotency_steps",
  {
    account: text().notNull(),
    key: uuid().notNull(),
    step: text().notNull(),
    request: text().notNull(),
    providerKey: text("provider_key").notNull(),
    openSends: integer("open_sends").array().notNull(),
    lastSent: integer("last_sent").notNull(),
    place: integer().notNull(),
    result: text(),
  },
  (table) => [primaryKey({ columns: [table.account, table.key, table.step] })],
);
