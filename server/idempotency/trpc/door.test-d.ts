import type { IncomingMessage, ServerResponse } from "node:http";
import { initTRPC, type inferRouterInputs, type inferRouterOutputs } from "@trpc/server";
import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { z } from "zod";
import type { Store } from "../index.ts";
import { createIdempotency, type Http } from "./index.ts";

// Read by the compiler alone, with every `npm run check`. Each `@ts-expect-error` is a mistake that must not compile;
// where one compiles after all, the directive itself is the error.

declare const store: Store;
type Equal<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function holds<_Claim extends true>(): void;

const t = initTRPC.context<{ userId: string }>().create();
const door = createIdempotency(t.procedure, (ctx) => ({
  store,
  account: ctx.userId,
  namespace: "shop",
}));
const input = z.object({
  item: z.string().trim(),
  amount: z.string().transform(Number).or(z.number()),
  tags: z.array(z.string().brand("tag")).readonly().default([]),
});
const output = z.object({ status: z.enum(["bought", "declined"]), note: z.string().optional() });

// What is right compiles, and is typed from end to end.
/** Outside of a router, with no schema of its answer. */
const standsAlone = door.procedure
  .input(input)
  .mutation(({ attempt, input: { item } }) => attempt.commit({ item, again: false }));
const router = t.router({
  again: standsAlone,
  buy: door.procedure
    .input(input)
    .output(output)
    .mutation(({ attempt }) => attempt.commit({ status: "bought" })),
  sell: door.procedure.input(input).mutation(async ({ attempt, ctx, input: { amount } }) => {
    holds<Equal<typeof amount, number>>();
    return await attempt.transact({ by: ctx.userId, amount, tags: ["a"] }, async () => {});
  }),
});
type Inputs = inferRouterInputs<typeof router>;
type Outputs = inferRouterOutputs<typeof router>;
holds<Equal<Inputs["buy"]["idempotencyKey"], string>>();
holds<Equal<Inputs["buy"]["amount"], string | number>>();
holds<Equal<Outputs["again"], { item: string; again: boolean }>>();
holds<Equal<Outputs["buy"]["status"], "bought" | "declined">>();
holds<Equal<Outputs["sell"]["amount"], number>>();
holds<Equal<Outputs["sell"]["tags"][number], string>>();

// Nothing but the key, and nothing to say.
door.procedure.input(z.object({})).mutation(({ attempt }) => attempt.commit(null));
door.procedure.input((): {} => ({})).mutation(({ attempt }) => attempt.commit([{ ok: true }]));

// tRPC's contexts fit as they are. Fastify and ws are not installed here: these are the members that theirs have.
declare const fastify: {
  req: { url: string; headers: NodeJS.Dict<string | string[]>; body: unknown };
  res: { header(name: string, value?: unknown): object; sent: boolean };
};
declare const webSocket: { req: IncomingMessage; res: EventTarget };
declare const standalone: { req: IncomingMessage; res: ServerResponse };
declare const fetched: { req: Request; resHeaders: Headers };
[fastify, webSocket, standalone, fetched] satisfies Http[];

// No key in the client's input.
// @ts-expect-error -- idempotencyKey is missing
export const withoutKey: Inputs["buy"] = { item: "tea", amount: "1" };

// No commit: only `attempt.commit` and `attempt.transact` make the type that a handler must return.
// @ts-expect-error -- an answer that was not committed
door.procedure.input(input).mutation(async () => ({ status: "bought" }));
// @ts-expect-error -- no answer at all
door.procedure.input(input).mutation(async ({ attempt }) => void (await attempt.commit({})));
door.procedure
  .input(input)
  .output(output)
  // @ts-expect-error -- committed, but not what the schema promises
  .mutation(({ attempt }) => attempt.commit({ status: "perhaps" }));

// Effects are queries that nobody has awaited.
const sales = pgTable("sales", { item: text().notNull() });
door.procedure.input(input).mutation(({ attempt, input: { item } }) => {
  const insert = store.insert(sales).values({ item });
  const all = [insert, insert.returning(), store.update(sales).set({ item }), store.delete(sales)];
  return attempt.commit(
    { ok: true },
    { effects: [...all, sql`insert into sales select ${item} from done`] },
  );
});
door.procedure.input(input).mutation(async ({ attempt, input: { item } }) => {
  const insert = store.insert(sales).values({ item });
  // @ts-expect-error -- awaited, so it has been written already, with no key
  await attempt.commit({ ok: true }, { effects: [await insert] });
  // @ts-expect-error -- a table writes nothing
  await attempt.commit({ ok: true }, { effects: [sales] });
  // @ts-expect-error -- nor does a select
  await attempt.commit({ ok: true }, { effects: [store.select().from(sales)] });
  // @ts-expect-error -- what is in it may be anything
  return await attempt.commit({ ok: true }, { effects: [store.execute(sql`select 1`)] });
});

// The wrong order.
// @ts-expect-error -- a handler before the input
door.procedure.mutation(({ attempt }) => attempt.commit({}));
// @ts-expect-error -- an output before the input
door.procedure.output(output);
// @ts-expect-error -- an input behind the output
door.procedure.input(input).output(output).input(input);
// @ts-expect-error -- a middleware between the door and the handler would run on replays too, or not at all
door.procedure.input(input).use(async ({ next }) => next());
// @ts-expect-error -- a base that has read its input already: the key would be in front of nothing
createIdempotency(t.procedure.input(input), () => ({ store, account: "a", namespace: "shop" }));
// @ts-expect-error -- no account: everybody would share everybody's answers
createIdempotency(t.procedure, () => ({ store, namespace: "shop" }));
// @ts-expect-error -- the schema reads the key itself
door.procedure.input(z.object({ idempotencyKey: z.string() }));
// @ts-expect-error -- an input that is no object has no room for the key
door.procedure.input(z.string());
// @ts-expect-error -- nor has an array
door.procedure.input(z.array(z.string()));
// @ts-expect-error -- nor what may be one
door.procedure.input(z.union([z.array(z.string()), z.object({ item: z.string() })]));

// Input that its own schema would not read again: after a deploy, or by a worker.
// @ts-expect-error -- a text is asked for, and a number recorded
door.procedure.input(z.object({ amount: z.string().transform(Number) }));
// @ts-expect-error -- one member is asked for, and another recorded
door.procedure.input(z.object({ a: z.string() }).transform(({ a }) => ({ b: a })));

// Input that JSON does not keep has no fingerprint.
// @ts-expect-error -- a Date behind the schema
door.procedure.input(z.object({ at: z.coerce.date() }));
// @ts-expect-error -- nothing, in a member
door.procedure.input(z.object({ item: z.void() }));
// @ts-expect-error -- a form
door.procedure.input(z.instanceof(FormData));

// Output that JSON does not keep: the replay would not be the first answer.
const sell = door.procedure.input(input);
declare function nothing(): Promise<void>;
declare const anything: object;
class Sealed {
  #cents = 5;
  static centsOf = (sealed: Sealed) => sealed.#cents;
}
// @ts-expect-error -- Date
sell.mutation(({ attempt }) => attempt.commit({ at: new Date() }));
// @ts-expect-error -- Map
sell.mutation(({ attempt }) => attempt.commit({ all: new Map<string, number>() }));
// @ts-expect-error -- undefined
sell.mutation(({ attempt }) => attempt.commit(undefined));
// @ts-expect-error -- what gives nothing
sell.mutation(async ({ attempt }) => attempt.commit(await nothing()));
// @ts-expect-error -- a schema of nothing
sell.output(z.void());
// @ts-expect-error -- the same, in a member
sell.output(z.object({ item: z.void() }));
// @ts-expect-error -- an object that may be any, a Map too
sell.mutation(({ attempt }) => attempt.commit(anything));
// @ts-expect-error -- {} may be one as well: there, null says that there is nothing to say
sell.mutation(({ attempt }) => attempt.commit({}));
// @ts-expect-error -- a class that shows nothing
sell.mutation(({ attempt }) => attempt.commit(new Sealed()));
// @ts-expect-error -- undefined where a value is promised
sell.mutation(({ attempt }) => attempt.commit({ note: undefined as string | undefined }));
// @ts-expect-error -- a function
sell.mutation(({ attempt }) => attempt.commit({ again: () => 1 }));
// @ts-expect-error -- bigint, deep inside
sell.mutation(({ attempt }) => attempt.commit({ rows: [{ id: 1n }] }));
// @ts-expect-error -- a class of one's own
sell.mutation(({ attempt }) => attempt.commit(new URL("http://a")));
// @ts-expect-error -- a schema whose output is a Date
sell.output(z.object({ at: z.date() }));
// @ts-expect-error -- a schema that promises nothing
sell.output(z.object({ anything: z.unknown() }));

// Streams and subscriptions cannot be replayed.
// @ts-expect-error -- there is no idempotent subscription
sell.subscription(async function* () {
  yield 1;
});
// @ts-expect-error -- nor a query
sell.query(() => 1);
// @ts-expect-error -- an async generator
sell.mutation(async function* ({ attempt }) {
  yield attempt;
});
// @ts-expect-error -- a stream as the answer
sell.mutation(({ attempt }) => attempt.commit(new ReadableStream()));
// @ts-expect-error -- an async iterable in the answer
sell.mutation(({ attempt }) => attempt.commit({ rows: (async function* () {})() }));
