import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../client.ts";
import { errorCode } from "../../error-code.ts";
import { createTestDatabase, type TestDatabase } from "../../test-database.ts";
import { testTimings } from "./pool-under-test.ts";
import { selfSigned } from "./self-signed.ts";

let database: TestDatabase;
let server: Server;
let folder: string;
let silent = false;
const sockets = new Set<Socket>();

beforeAll(async () => {
  database = await createTestDatabase();
  const ours = selfSigned("localhost");
  folder = mkdtempSync(join(tmpdir(), "payonce-tls-"));
  writeFileSync(join(folder, "ours.pem"), ours.cert);
  writeFileSync(join(folder, "others.pem"), selfSigned("localhost").cert);
  server = createServer((plain) => endTls(plain, ours));
  await new Promise<void>((resolve) => server.listen(0, resolve));
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

/** Says yes to Postgres' request for TLS, takes the encryption off, and hands the rest to the real server. */
function endTls(plain: Socket, identity: { cert: string; key: string }): void {
  sockets.add(plain);
  plain.on("error", () => {});
  plain.once("data", () => {
    plain.write("S");
    const { hostname: host, port } = new URL(database.adminUrl);
    const upstream = connect({ host, port: Number(port) });
    const clear = new TLSSocket(plain, { isServer: true, ...identity });
    sockets.add(upstream);
    clear.on("error", () => upstream.destroy());
    clear.on("close", () => upstream.destroy());
    upstream.on("error", () => clear.destroy());
    upstream.on("close", () => clear.destroy());
    clear.on("data", (chunk: Buffer) => upstream.write(chunk));
    upstream.on("data", (chunk: Buffer) => silent || clear.write(chunk));
  });
}

function open(parameters: string, host = "localhost") {
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  const url = new URL(database.adminUrl);
  url.host = `${host}:${port}`;
  url.search = parameters;
  return openDatabase({ url: url.href, max: 2, applicationName: "tls", timings: testTimings });
}

async function outcome(parameters: string, host?: string): Promise<unknown> {
  const pool = open(parameters, host);
  try {
    const [row] = await pool.sql`select ${1}::int as one`;
    return row;
  } catch (err) {
    return errorCode(err) ?? err;
  } finally {
    await pool.close();
  }
}

const ours = () => encodeURIComponent(join(folder, "ours.pem"));

describe("over TLS", () => {
  test.each(["require", "prefer"])("sslmode=%s encrypts and asks for no proof", async (mode) => {
    expect(await outcome(`sslmode=${mode}`)).toEqual({ one: 1 });
  });

  test("verify-full accepts the right authority and the right name", async () => {
    expect(await outcome(`sslmode=verify-full&sslrootcert=${ours()}`)).toEqual({ one: 1 });
  });

  test("verify-full refuses another authority, another name, and one that nobody knows", async () => {
    const others = encodeURIComponent(join(folder, "others.pem"));
    expect(await outcome(`sslmode=verify-full&sslrootcert=${others}`)).toMatch(/CERT|SIGNATURE/);
    expect(await outcome(`sslmode=verify-full&sslrootcert=${ours()}`, "127.0.0.1")).toBe(
      "ERR_TLS_CERT_ALTNAME_INVALID",
    );
    expect(await outcome("sslmode=verify-full")).toMatch(/CERT/);
  });

  test("verify-ca accepts another name", async () => {
    const verifyCa = `sslmode=verify-ca&sslrootcert=${ours()}`;
    expect(await outcome(verifyCa, "127.0.0.1")).toEqual({ one: 1 });
  });

  test("refused connections are not lost to the pool: the next statement is refused as soon", async () => {
    const pool = open("sslmode=verify-full");
    for (let attempt = 0; attempt < 5; attempt++) {
      const start = performance.now();
      expect(errorCode(await pool.sql`select 1`.catch((err: unknown) => err))).toMatch(/CERT/);
      expect(performance.now() - start).toBeLessThan(1_000);
    }
    await pool.close();
  });

  test("the deadline holds under the encryption", async () => {
    const pool = open("sslmode=require");
    await pool.sql`select 1`;
    silent = true;
    const start = performance.now();
    const late = await pool.sql`select 1`.catch((err: unknown) => err);
    silent = false;
    expect(errorCode(late)).toBe("ETIMEDOUT");
    expect(performance.now() - start).toBeLessThan(testTimings.socketMs + 1_000);
    expect(await pool.sql`select 1 as one`).toEqual([{ one: 1 }]);
    await pool.close();
  });
});

test("a server without TLS is refused with sslmode=require, and used with prefer", async () => {
  for (const [mode, expected] of [
    ["require", "refused"],
    ["prefer", "used"],
  ]) {
    const url = `${database.adminUrl}?sslmode=${mode}`;
    const pool = openDatabase({ url, max: 1, applicationName: "no-tls", timings: testTimings });
    const used = pool.sql`select 1`.then(() => "used");
    expect(
      await used.catch((err: Error) => /does not speak TLS/.test(err.message) && "refused"),
    ).toBe(expected);
    await pool.close();
  }
});
