import { answer, type Bank, type Call, type Reply } from "./call.ts";
import { chargeObject, type ChargeRow } from "./charge.ts";
import type { BankSql } from "./database.ts";
import { invalid, missing } from "./stripe-error.ts";
import { expands, integer, onlyKnown, text } from "./params.ts";
import { paymentIntentObject, type PaymentIntentRow } from "./payment-intent.ts";
import { findCharges } from "./read-objects.ts";
import { refundObject, type RefundRow } from "./refund.ts";

/** `GET /v1/payment_intents`: newest first, by customer and time of creation. */
export async function listPaymentIntents(bank: Bank, call: Call): Promise<Reply> {
  const expand = expands(call.params, "data.latest_charge");
  const page = await readPage<PaymentIntentRow>(
    bank,
    call,
    "payment_intents",
    "payment_intent",
    ["customer"],
    ["expand"],
  );
  const ids = expand ? page.rows.flatMap((row) => row.latest_charge ?? []) : [];
  const charges = await findCharges(bank, call.merchant, ids);
  return listReply("/v1/payment_intents", page, (row) =>
    paymentIntentObject(row, charges.get(row.latest_charge ?? "") ?? null),
  );
}

/** `GET /v1/charges`: newest first, by transfer group, intent, customer and time of creation. */
export async function listCharges(bank: Bank, call: Call): Promise<Reply> {
  const filters = ["customer", "payment_intent", "transfer_group"];
  const page = await readPage<ChargeRow>(bank, call, "charges", "charge", filters);
  return listReply("/v1/charges", page, chargeObject);
}

/** `GET /v1/refunds`: newest first, by charge, intent and time of creation. */
export async function listRefunds(bank: Bank, call: Call): Promise<Reply> {
  const page = await readPage<RefundRow>(bank, call, "refunds", "refund", [
    "charge",
    "payment_intent",
  ]);
  return listReply("/v1/refunds", page, refundObject);
}

interface Page<Row> {
  rows: Row[];
  hasMore: boolean;
}

const PAGE_MAX = 100;
const PAGE_DEFAULT = 10;

/**
 * One page, 1 to 100 rows (10 unless asked). A page starts after the row named by `starting_after`, in the order in
 * which the rows were made: `created` has whole seconds and would lose or repeat rows of the same second.
 */
async function readPage<Row>(
  bank: Bank,
  { params, merchant }: Call,
  table: "charges" | "payment_intents" | "refunds",
  noun: string,
  filters: string[],
  extra: string[] = [],
): Promise<Page<Row>> {
  onlyKnown(params, [...filters, "created", ...extra, "limit", "starting_after"]);
  const limit = integer(params, "limit") ?? PAGE_DEFAULT;
  if (limit < 1 || limit > PAGE_MAX) {
    throw invalid("This value must be between 1 and 100.", "parameter_invalid_integer", "limit");
  }
  const bounds = createdBounds(params);
  const wanted = filters.flatMap((column) => {
    const value = text(params, column);
    return value === null ? [] : [{ column, value }];
  });
  const cursor = text(params, "starting_after");

  return bank.database.run(async (sql) => {
    const conditions = [
      sql`merchant = ${merchant}`,
      ...wanted.map(({ column, value }) => sql`${sql(column)} = ${value}`),
      ...bounds.map(({ bound, seconds }) => compareCreated(sql, bound, seconds)),
    ];
    if (cursor !== null) {
      const [at] = await sql<{ seq: number }[]>`
        select seq from ${sql(`bank.${table}`)} where id = ${cursor} and merchant = ${merchant}`;
      if (at === undefined) throw missing(noun, cursor, "starting_after", 400);
      conditions.push(sql`seq < ${at.seq}`);
    }
    const where = conditions.flatMap((condition, i) =>
      i === 0 ? condition : [sql`and`, condition],
    );
    const rows = await sql<Row[] & object[]>`
      select * from ${sql(`bank.${table}`)} where ${where} order by seq desc limit ${limit + 1}`;
    return { rows: rows.slice(0, limit), hasMore: rows.length > limit };
  });
}

const BOUNDS = ["gt", "gte", "lt", "lte"] as const;
type Bound = (typeof BOUNDS)[number] | "at";

/** `created=1700000000`, or `created[gte]=…` and its kin, in seconds. */
function createdBounds(params: Call["params"]): { bound: Bound; seconds: number }[] {
  const created = params.created;
  if (created === undefined) return [];
  if (typeof created === "string") {
    const seconds = integer(params, "created");
    return seconds === null ? [] : [{ bound: "at", seconds }];
  }
  onlyKnown(created, BOUNDS);
  return BOUNDS.flatMap((bound) => {
    const seconds = integer(created, bound);
    return seconds === null ? [] : [{ bound, seconds }];
  });
}

function compareCreated(sql: BankSql, bound: Bound, seconds: number) {
  switch (bound) {
    case "gt":
      return sql`created > ${seconds}`;
    case "gte":
      return sql`created >= ${seconds}`;
    case "lt":
      return sql`created < ${seconds}`;
    case "lte":
      return sql`created <= ${seconds}`;
    case "at":
      return sql`created = ${seconds}`;
  }
}

function listReply<Row>(url: string, page: Page<Row>, show: (row: Row) => object): Reply {
  const body = {
    object: "list",
    url,
    has_more: page.hasMore,
    data: page.rows.map((row) => show(row)),
  };
  return { ...answer(200, body), replayOf: null };
}
