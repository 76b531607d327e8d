import { expect, test } from "vitest";
import { readConnectionUrl } from "./connection-url.ts";

test("what the server would not understand is taken out of the URL, the rest is kept", () => {
  const read = readConnectionUrl(
    "postgres://u:p%40ss@db.example:5433/shop?sslmode=require&channel_binding=require&search_path=app",
  );
  expect(read).toEqual({
    url: "postgres://u:p%40ss@db.example:5433/shop?search_path=app",
    socketFolder: undefined,
    tls: { mode: "require", direct: false },
  });
});

test.each([
  ["postgres://u@%2Fvar%2Frun%2Fpostgresql:5433/shop"],
  ["postgres://u@localhost:5433/shop?host=/var/run/postgresql"],
])("%s means a unix socket", (text) => {
  expect(readConnectionUrl(text)).toMatchObject({
    url: "postgres://u@localhost:5433/shop",
    socketFolder: "/var/run/postgresql",
  });
});

test("several hosts are refused in one sentence", () => {
  expect(() => readConnectionUrl("postgres://u:p@a:1,b:2/shop")).toThrow("several hosts");
});

test("an sslmode that does not exist is refused, not taken for none", () => {
  expect(() => readConnectionUrl("postgres://u@h/d?sslmode=requires")).toThrow("sslmode=requires");
});
