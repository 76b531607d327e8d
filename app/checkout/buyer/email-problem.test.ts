import { expect, test } from "vitest";
import { z } from "zod";
import { emailProblem } from "./email-problem.ts";

test.each([
  "ada@example.com",
  "ada.lovelace+tea@mail.example.co.uk",
  "ada",
  "ada@",
  "ada@example",
  "a..b@example.com",
  ".ada@example.com",
  "ada@example.c",
  "ada@exa mple.com",
  "ada@-example.com",
  `${"a".repeat(250)}@example.com`,
])("the page and the server agree about %s", (text) => {
  const server = z.email().max(254).safeParse(text).success;
  expect(emailProblem(text) === "").toBe(server);
});

test("no address is no problem", () => {
  expect(emailProblem("")).toBe("");
});
