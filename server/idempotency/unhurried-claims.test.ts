import type { SQL } from "drizzle-orm";
import { expect, test } from "vitest";
import { charge, Intent, rowOf } from "../test-kit/intent.ts";
import { packageUnderTest } from "../test-kit/package-under-test.ts";
import { textOf } from "../test-kit/rewriting-store.ts";
import type { Store } from "./store.ts";

const db = packageUnderTest();

test("a claim that a crash of Postgres took away is made anew, and the attempt that had it writes nothing", async () => {
  const intent = new Intent(db.pool, { marks: "at its step" });
  let runs = 0;
  const { text } = await intent.run({
    async handler(attempt, mine) {
      runs += 1;
      // As Postgres does with a commit that it had not flushed yet.
      if (runs === 1) await db.owner`delete from idempotency_keys where key = ${intent.key}`;
      return await charge(attempt, mine);
    },
  });
  expect([runs, intent.bank.sends.length, intent.bank.charges.length]).toEqual([2, 1, 1]);
  expect(await rowOf(db.owner, intent)).toMatchObject({ answer: text, fence: 1, effects: 1 });
});

test("a claim that marks a send is on the disk before anything is sent, and so is a mark at its step", async () => {
  for (const marks of ["in the claim", "at its step"] as const) {
    const unhurried: string[] = [];
    const store: Store = new Proxy(db.pool.db, {
      get(target, name) {
        if (name !== "execute") return Reflect.get(target, name, target);
        return (statement: SQL) => {
          const text = textOf(statement);
          if (text.includes("'synchronous_commit', 'off'")) unhurried.push(text);
          return target.execute(statement);
        };
      },
    });
    await new Intent(db.pool, { marks }).run({ store });
    expect(unhurried.map((text) => /insert into (\w+)/.exec(text)?.[1])).toEqual(
      marks === "in the claim" ? [] : ["idempotency_keys"],
    );
    expect(unhurried.join()).not.toContain("idempotency_steps");
  }
});
