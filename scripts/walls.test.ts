import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Where it is planted, what is planted there, and what the linter must answer. */
const VIOLATIONS: [file: string, code: string, answer: string][] = [
  ["server/idempotency/a.ts", 'import "../orders/save.ts";', "Wall 1"],
  ["server/idempotency/b.ts", 'import "next/server";', "Wall 1"],
  ["server/idempotency/c.ts", 'import "react";', "Wall 1"],
  ["server/idempotency/d.ts", 'import "@trpc/server";', "Wall 1"],
  ["server/idempotency/e.ts", 'import "postgres";', "Wall 1"],
  ["server/idempotency/f.ts", 'import "drizzle-orm/postgres-js";', "Wall 1"],
  ["server/idempotency/sql/g.ts", 'import "../../env.ts";', "Wall 1"],
  ["server/checkout/a.ts", 'import "../idempotency/core/claim.ts";', "Wall 1"],
  ["server/checkout/b.ts", 'import type { A } from "../idempotency/core/claim.ts";', "Wall 1"],
  ["db/a.ts", 'export * from "../server/idempotency/sql/claim.ts";', "Wall 1"],
  ["server/checkout/d.ts", 'import "../idempotency/trpc/operation.ts";', "Wall 1"],
  ["server/idempotency/h.ts", 'import "@trpc/client";', "Wall 1"],
  ["server/idempotency/http/a.ts", 'import "@trpc/server";', "Wall 1"],
  ["server/idempotency/trpc/a.ts", 'import "zod";', "Wall 1"],
  ["server/idempotency/trpc/b.ts", 'import "../../trpc/init.ts";', "Wall 1"],
  ["server/idempotency/client/a.ts", 'import "../errors.ts";', "Wall 1"],
  ["server/idempotency/client/b.ts", 'import "node:crypto";', "Wall 1"],
  ["server/idempotency/react/a.ts", 'import "../client/retry-link.ts";', "Wall 1"],
  ["server/bank/a.ts", 'import "../env.ts";', "Wall 2"],
  ["server/bank/intents/b.ts", 'import "../../../db/client.ts";', "Wall 2"],
  ["server/suppliers/a.ts", 'import "../env.ts";', "Wall 2"],
  ["server/agent/a.ts", 'import "../suppliers/answer.ts";', "Wall 2"],
  ["app/agent/a.ts", 'import type { A } from "../../server/suppliers/answer.ts";', "Wall 2"],
  ["server/payments/a.ts", 'import "../bank/journal.ts";', "Wall 2"],
  ["server/wiring.ts", 'import "./bank/journal.ts";', "Wall 2"],
  ["app/api/health/route.ts", 'import "../../../server/bank/journal.ts";', "Wall 2"],
  ["server/checkout/c.ts", 'import "../faults/plan.ts";', "Wall 3"],
  ["server/storm/a.ts", 'import "../faults/engine.ts";', "Wall 3"],
  ["server/storm/b.ts", 'import "../lab/lane.ts";', "Wall 8"],
  ["server/worker/a.ts", 'export const a = () => import("../faults/plan.ts");', "Wall 3"],
  ["app/page.tsx", 'import "../server/faults/plan.ts";', "Wall 3"],
  ["app/shop/a.tsx", 'import { a } from "../../server/orders/save.ts"; a();', "Wall 4"],
  ["app/shop/d.ts", 'import { a } from "../../server/idempotency/index.ts"; a();', "Wall 1"],
  ["app/shop/e.ts", 'import { a } from "../../server/idempotency/trpc/index.ts"; a();', "Wall 1"],
  ["app/shop/b.ts", 'import { db } from "../../db/client.ts"; db();', "Wall 4"],
  ["app/shop/c.ts", "export const a = process.env.DATABASE_URL;", "no-process-env"],
  ["server/orders/a.ts", "export const a = process.env.DATABASE_URL;", "no-process-env"],
  ["server/orders/b.ts", 'import { env } from "node:process"; env.A;', "Wall 5"],
  ["server/ledger/a.ts", 'import "./b.ts"; export const a = 1;', "no-cycle"],
  ["server/ledger/b.ts", 'import "./a.ts"; export const b = 1;', "no-cycle"],
  ["server/checkout/e.ts", 'import "../lab/lane.ts";', "Wall 8"],
  ["server/worker/b.ts", 'import "../lab/lane-list.ts";', "Wall 8"],
  [
    "server/trpc/context.ts",
    'import type { A } from "../lab/lane.ts"; export type B = A;',
    "Wall 8",
  ],
  ["server/faults/a.ts", 'import "../lab/lane.ts";', "Wall 8"],
  ["app/lab/layout.tsx", 'import "../../server/lab/lane.ts";', "Wall 8"],
  ["server/lab/a.ts", 'import "../faults/plan.ts";', "Wall 3"],
  ["lessons/02-x/exercise.ts", 'import "../../server/orders/save.ts";', "Wall 7"],
];

const ALLOWED: [file: string, code: string][] = [
  ["server/idempotency/ok.ts", 'import "node:crypto"; import "drizzle-orm"; import "./claim.ts";'],
  ["server/idempotency/sql/ok.ts", 'import "../claim.ts"; import "drizzle-orm/pg-core";'],
  ["server/checkout/ok.ts", 'import "../idempotency/index.ts"; import "../payments/port.ts";'],
  [
    "server/trpc/ok.ts",
    'import "../idempotency/trpc/index.ts"; import "../idempotency/http/index.ts";',
  ],
  [
    "server/idempotency/trpc/ok.ts",
    'import "@trpc/server"; import "../index.ts"; import "./a.ts";',
  ],
  ["server/idempotency/client/ok.ts", 'import "@trpc/client"; import "@trpc/server/observable";'],
  ["server/idempotency/react/ok.ts", 'import "react"; import "../client/index.ts";'],
  [
    "app/trpc/ok.ts",
    'import { a } from "../../server/idempotency/client/index.ts"; import { b } from "../../server/idempotency/react/index.ts"; a(b);',
  ],
  ["server/faults/ok.ts", 'import "./plan.ts"; import "../idempotency/index.ts";'],
  ["server/lab/ok.ts", 'import "./lanes/naive.ts"; import "../trpc/init.ts";'],
  ["server/trpc/router.ts", 'import "../lab/router.ts";'],
  ["server/storm/ok.ts", 'import "../faults/plan.ts"; import "../faults/decide.ts";'],
  ["server/edge/ok.ts", 'import "../lab/lane.ts"; import "../faults/plan.ts";'],
  ["app/shop/ok.tsx", 'import type { A } from "../../server/trpc/router.ts"; export type B = A;'],
  ["app/shop/ok.ts", 'import "@trpc/server/observable"; import "../faults/panel.tsx";'],
  ["app/api/trpc/route.ts", 'import "../../../server/faults/edge.ts";'],
  ["app/layout.tsx", 'import "../server/wiring.ts";'],
  ["server/env.ts", "export const a = process.env.DATABASE_URL;"],
  ["server/orders/save.test.ts", 'import "../../db/test-database.ts"; import "../faults/plan.ts";'],
  ["lessons/02-x/ok.ts", 'import "../kit.ts"; import "../../server/idempotency/index.ts";'],
];

const folder = mkdtempSync(join(tmpdir(), "payonce-walls-"));
const answers = new Map<string, string>();

beforeAll(() => {
  copyFileSync(join(root, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
  for (const [file, code] of [...VIOLATIONS, ...ALLOWED]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${code}\n`);
  }
  const oxlint = join(root, "node_modules", "oxlint", "bin", "oxlint");
  const { stdout } = spawnSync(process.execPath, [oxlint, "--format", "json"], {
    cwd: folder,
    encoding: "utf8",
  });
  const report = JSON.parse(stdout) as {
    diagnostics: { code: string; help?: string; filename: string }[];
  };
  for (const { code, help, filename } of report.diagnostics) {
    answers.set(filename, `${answers.get(filename) ?? ""}${code} ${help ?? ""}\n`);
  }
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(VIOLATIONS)("%s may not hold: %s", (file, _code, answer) => {
  expect(answers.get(file) ?? "nothing was found").toContain(answer);
});

test.each(ALLOWED)("%s may hold: %s", (file) => {
  expect(answers.get(file) ?? "").not.toMatch(/Wall|no-process-env|no-cycle/);
});
