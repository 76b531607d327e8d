import { type TlsSettings, tlsSettings } from "./socket-tls.ts";

export interface ConnectionUrl {
  /** Without what is ours to understand: the driver sends unknown parameters to the server, which refuses them. */
  url: string;
  /** Folder of a unix socket, from `?host=/folder` or an encoded host name. */
  socketFolder: string | undefined;
  tls: TlsSettings | undefined;
}

const ours = ["ssl", "sslmode", "sslrootcert", "sslnegotiation", "channel_binding", "host"];

/**
 * Reads a database URL as libpq would, as far as our sockets need it.
 * Throws when it names several hosts: failing over is the business of one address that follows the primary.
 */
export function readConnectionUrl(text: string): ConnectionUrl {
  if (/^[^/]*\/\/([^@/]*@)?[^/?]*,/.test(text)) {
    throw new Error("The database URL names several hosts; give the one address of the primary");
  }
  const url = new URL(text);
  const tls = tlsSettings(url);
  const folder = url.searchParams.get("host") ?? decodeURIComponent(url.hostname);
  const socketFolder = folder.startsWith("/") ? folder : undefined;
  for (const name of ours) url.searchParams.delete(name);
  if (socketFolder !== undefined && url.hostname !== "") url.hostname = "localhost";
  return { url: url.href, socketFolder, tls };
}
