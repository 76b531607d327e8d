import { SQL, StringChunk } from "drizzle-orm";

/** A statement whose text is known already: what Drizzle asks of one is this. */
class Rendered extends SQL {
  readonly #query: { sql: string; params: unknown[] };

  constructor(query: { sql: string; params: unknown[] }) {
    super([]);
    this.#query = query;
  }

  override toQuery() {
    return this.#query;
  }
}

/**
 * The same text and parameters as Drizzle makes of a statement, in a tenth of its time: it makes an object of each chunk,
 * and 40 chunks cost 30 µs, as much as sending them. What is neither text nor a plain value (a table, a column, an array)
 * is left to Drizzle.
 */
export function render(statement: SQL): SQL {
  const params: unknown[] = [];
  const text = textOf(statement, params);
  return text === undefined ? statement : new Rendered({ sql: text, params });
}

function textOf(statement: SQL, params: unknown[]): string | undefined {
  // `.inlineParams()`, which Drizzle keeps to itself.
  if (Reflect.get(statement, "shouldInlineParams")) return undefined;
  let text = "";
  for (const chunk of statement.queryChunks) {
    if (chunk instanceof StringChunk) text += chunk.value.join("");
    else if (chunk === null || typeof chunk !== "object") text += `$${params.push(chunk)}`;
    else if (chunk.constructor === SQL) {
      const inner = textOf(chunk, params);
      if (inner === undefined) return undefined;
      text += inner;
    } else return undefined;
  }
  return text;
}
