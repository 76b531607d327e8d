import { readFileSync } from "node:fs";
import { connect, isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls } from "node:tls";

export interface TlsSettings {
  /** As in libpq. `require` encrypts without asking who is at the other end; `verify-full` asks. */
  mode: "prefer" | "require" | "verify-ca" | "verify-full";
  /** The PEM text of the authorities to trust; the system's own without it. */
  ca?: string;
  /** TLS from the first byte (PostgreSQL 17 and newer) instead of asking for it first. */
  direct: boolean;
}

/** Reads `sslmode`, `sslrootcert` and `sslnegotiation` of a database URL; undefined for a plain connection. */
export function tlsSettings(url: URL): TlsSettings | undefined {
  const mode = url.searchParams.get("sslmode") ?? url.searchParams.get("ssl") ?? "disable";
  const rootCert = url.searchParams.get("sslrootcert");
  const common = {
    direct: url.searchParams.get("sslnegotiation") === "direct",
    ...(rootCert !== null && rootCert !== "system" && { ca: readFileSync(rootCert, "utf8") }),
  };
  switch (mode) {
    case "disable":
    case "false":
      return undefined;
    case "allow":
    case "prefer":
      return { mode: "prefer", ...common };
    case "require":
    case "verify-ca":
    case "verify-full":
      return { mode, ...common };
    case "true":
      return { mode: "verify-full", ...common };
    default:
      throw new Error(`sslmode=${mode} in the database URL is not one that we know`);
  }
}

const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const yes = "S".charCodeAt(0);

/**
 * A connected, encrypted socket. TLS is made here and not by the driver, because the driver would wrap the socket once more
 * and the deadline underneath could no longer read the messages. Rejects within `connectMs`.
 */
export async function openTlsSocket(
  target: { host: string; port: number },
  settings: TlsSettings,
  connectMs: number,
): Promise<Socket> {
  const plain = connect({ ...target, noDelay: true });
  let current: Socket = plain;
  const timer = setTimeout(() => {
    const late = new Error(`No TLS connection to ${target.host} within ${connectMs} ms`);
    current.destroy(Object.assign(late, { code: "CONNECT_TIMEOUT" }));
  }, connectMs);
  try {
    await happens(plain, "connect");
    if (!settings.direct && !(await agreesToTls(plain))) {
      if (settings.mode === "prefer") return plain;
      throw new Error(
        `${target.host} does not speak TLS, and sslmode=${settings.mode} asks for it`,
      );
    }
    current = connectTls({ socket: plain, ...tlsOptions(target.host, settings) });
    await happens(current, "secureConnect");
    return current;
  } catch (err) {
    plain.destroy();
    current.destroy();
    throw err;
  } finally {
    clearTimeout(timer);
  }
}

async function agreesToTls(plain: Socket): Promise<boolean> {
  plain.write(sslRequest);
  const answer = await new Promise<Buffer>((resolve, reject) => {
    plain.once("error", reject);
    plain.once("close", () => reject(closedEarly()));
    plain.once("data", resolve);
  });
  plain.removeAllListeners("close").removeAllListeners("error");
  // More than the one letter would be text that somebody pushed in before the encryption began (CVE-2021-23222).
  if (answer.length !== 1) throw new Error("unexpected bytes before the TLS handshake");
  return answer[0] === yes;
}

function tlsOptions(host: string, { mode, ca, direct }: TlsSettings): ConnectionOptions {
  return {
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(ca !== undefined && { ca }),
    ...(direct && { ALPNProtocols: ["postgresql"] }),
    rejectUnauthorized: mode === "verify-ca" || mode === "verify-full",
    ...(mode === "verify-ca" && { checkServerIdentity: () => undefined }),
  };
}

function happens(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = () => reject(closedEarly());
    socket.once("error", reject).once("close", ended);
    socket.once(event, () => {
      socket.off("error", reject).off("close", ended);
      resolve();
    });
  });
}

function closedEarly(): Error {
  const err = new Error("The database hung up before the TLS handshake was over");
  return Object.assign(err, { code: "ECONNRESET" });
}
