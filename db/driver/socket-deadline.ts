import type { Socket } from "node:net";
import { createMessageReader } from "./message-reader.ts";

const type = (letter: string) => letter.charCodeAt(0);
const readyForQuery = type("Z");
/** Each of these is answered by one ReadyForQuery. */
const closesRequest = new Set([type("Q"), type("S")]);
/** Parse, Bind, Describe, Execute, Close, Flush: a request that its Sync has not closed yet. */
const opensRequest = new Set(["P", "B", "D", "E", "C", "H"].map(type));

/** Postgres, or the way to it, has gone silent: what became of the request is unknown. */
export class SocketDeadline extends Error {
  readonly code = "ETIMEDOUT";
  readonly syscall = "read";
  constructor(deadlineMs: number) {
    super(`The database did not answer within ${deadlineMs} ms`);
    this.name = "SocketDeadline";
  }
}

/**
 * Destroys the socket when a request is not answered within `deadlineMs`. postgres.js has no read deadline of its own:
 * with a silent peer a query hangs for ever.
 *
 * The clock runs only while a request is out, so an idle connection is left alone, and it measures the whole answer up to
 * ReadyForQuery, not the silence between two bytes: an answer that drips in slowly is late too. With several requests
 * out, each one's clock starts when the one before it was answered. Until the first ReadyForQuery (connecting,
 * start-up, authentication) the driver's `connect_timeout` watches.
 *
 * Works on the socket's own `write` and `emit`, since the driver removes all listeners from it.
 */
export function setDeadline<S extends Socket>(socket: S, deadlineMs: number): S {
  let timer: NodeJS.Timeout | undefined;
  let started = false;
  let answersDue = 0;
  let unfinished = false;
  let turn = 0;
  let dueAt = Infinity;

  const readSent = createMessageReader((message) => {
    if (closesRequest.has(message)) {
      answersDue++;
      unfinished = false;
    } else if (opensRequest.has(message)) unfinished = true;
  });
  const readReceived = createMessageReader((message) => {
    if (message !== readyForQuery) return;
    if (started) answersDue--;
    started = true;
    watch();
  });

  function watch(): void {
    turn++;
    dueAt = answersDue > 0 || unfinished ? performance.now() + deadlineMs : Infinity;
    if (dueAt !== Infinity) timer ??= setTimeout(look, deadlineMs);
  }

  /** The timer is left running between requests: setting and clearing one for each cost more than all the rest here. */
  function look(): void {
    timer = undefined;
    if (dueAt === Infinity) return;
    const leftMs = dueAt - performance.now();
    if (leftMs > 0) timer = setTimeout(look, leftMs);
    else late();
  }

  function late(): void {
    // A process that was itself stopped (a long task, SIGSTOP) finds this timer due before it has read the answer
    // that lies in the socket. One round of reading first.
    const asked = turn;
    setImmediate(() => {
      if (asked === turn) socket.destroy(new SocketDeadline(deadlineMs));
    });
  }

  const write = socket.write.bind(socket);
  const emit = socket.emit.bind(socket);
  return Object.assign(socket, {
    write(chunk: Buffer, sent?: (err?: Error | null) => void) {
      if (started) {
        const idle = answersDue === 0 && !unfinished;
        readSent(chunk);
        if (idle) watch();
      }
      return write(chunk, sent);
    },
    emit(event: string, ...args: never[]) {
      if (event === "data") {
        const [chunk]: Buffer[] = args;
        if (chunk !== undefined) readReceived(chunk);
      } else if (event === "close") {
        dueAt = Infinity;
        clearTimeout(timer);
      }
      return emit(event, ...args);
    },
  });
}
