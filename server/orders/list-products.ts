import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Database } from "../../db/client.ts";

const item = z.object({ sku: z.string(), name: z.string(), unitAmount: z.number().int() });
export type Product = z.output<typeof item>;

/** What the shop sells, at today's prices in minor units of EUR, in the order of the shelf. */
export async function listProducts(db: Database): Promise<Product[]> {
  const rows = await db.execute(
    sql`select sku, name, unit_amount::float8 as "unitAmount" from products order by position`,
  );
  return rows.map((row) => item.parse(row));
}
