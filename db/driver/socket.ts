import { connect, Socket } from "node:net";
import { setDeadline } from "./socket-deadline.ts";
import { endAtOnce } from "./socket-ending.ts";
import { openTlsSocket, type TlsSettings } from "./socket-tls.ts";

/** The part of the driver's parsed options that says where to connect to. */
export interface SocketTarget {
  host: readonly string[];
  port: readonly number[];
  /** A unix socket, when the URL names one. */
  path?: string | false | undefined;
}

export interface SocketSettings {
  socketMs: number;
  connectMs: number;
  tls: TlsSettings | undefined;
}

/**
 * The driver's `socket` factory: sockets with a deadline, which end as the driver expects it.
 *
 * A plain socket is given out while it still connects (Node keeps the start-up message until then), so the driver's
 * own `connect_timeout` runs from the start. The factory never rejects: the driver would leave that connection
 * in its list of connecting ones for ever, and after `max` refusals the pool would be dead. A failed
 * socket that says why is rejected and healed like any other.
 */
export function socketFactory(
  settings: SocketSettings,
): (target: SocketTarget) => Socket | Promise<Socket> {
  const finish = (socket: Socket) => endAtOnce(setDeadline(socket, settings.socketMs));
  const { tls, connectMs } = settings;
  return ({ host: [host = "localhost"], port: [port = 5432], path }) => {
    if (path) return finish(connect({ path }));
    if (tls === undefined) return finish(connect({ host, port, noDelay: true }));
    return openTlsSocket({ host, port }, tls, connectMs).catch(failedSocket).then(finish);
  };
}

function failedSocket(reason: unknown): Socket {
  const socket = new Socket();
  const err = reason instanceof Error ? reason : new Error(String(reason));
  // Not yet: the driver listens only after it has been given the socket.
  setImmediate(() => socket.destroy(err));
  return socket;
}
