import type { Socket } from "node:net";

/**
 * Makes a socket end as postgres.js expects it to: `error` (if any), then at once `close`, and nothing after that.
 *
 * Node leaves several turns of the event loop between a socket's `error` or `end` and its `close`. In that time the driver
 * takes the connection for an open one and hands it statements; `closed(hadError = true)` then forgets them,
 * and they never settle. Told at once, it never sends anything on a dead connection, and the connection heals sooner.
 *
 * `drain` is kept from the driver. It takes it as "ready for more" and moves the connection to the open ones, even
 * if it is reserved by a transaction that waits between two statements. The semaphore makes sure that nothing waits
 * for a `drain`.
 */
export function endAtOnce<S extends Socket>(socket: S): S {
  const emit = socket.emit.bind(socket);
  let over = false;

  function close(): boolean {
    if (over) return false;
    over = true;
    // false: "no error went before". Only then does the driver reject everything that it still has in hand.
    return emit("close", false);
  }

  return Object.assign(socket, {
    emit(event: string, ...args: never[]) {
      if (over || event === "drain") return false;
      if (event === "close") return close();
      const heard = emit(event, ...args);
      if (event === "error" || event === "end") {
        socket.destroy();
        close();
      }
      return heard;
    },
  });
}
