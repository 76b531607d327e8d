import { expect, test } from "vitest";
import { errorCode } from "./error-code.ts";

test("the first code in the chain of causes is found, and a chain that bites its tail ends", () => {
  const driver = Object.assign(new Error("duplicate key"), { code: "23505" });
  expect(errorCode(driver)).toBe("23505");
  expect(errorCode(new Error("a", { cause: new Error("b", { cause: driver }) }))).toBe("23505");
  expect(errorCode(new Error("no code"))).toBeUndefined();
  expect(errorCode("text")).toBeUndefined();
  expect(errorCode(undefined)).toBeUndefined();
  const tail: Error = new Error("tail");
  tail.cause = tail;
  expect(errorCode(tail)).toBeUndefined();
});
