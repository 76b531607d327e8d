const headerBytes = 5;

/**
 * Follows a stream of Postgres messages (one byte of type, four of length, body) through chunks cut anywhere, and calls
 * `onMessage` with the type when a message has come to its end. Looks at headers only: a row that happens to contain the
 * bytes of ReadyForQuery must not pass for one.
 */
export function createMessageReader(onMessage: (type: number) => void): (chunk: Buffer) => void {
  const header = Buffer.alloc(headerBytes);
  let gathered = 0;
  let type = 0;
  let bodyLeft = 0;

  const begin = (from: Buffer, at: number) => {
    type = from[at] ?? 0;
    // The length counts itself, but not the type.
    bodyLeft = from.readUInt32BE(at + 1) - 4;
    gathered = headerBytes;
  };

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (gathered === 0 && chunk.length - at >= headerBytes) {
        // Nearly every header is whole: copying each of them took as long as all the rest here.
        begin(chunk, at);
        at += headerBytes;
      } else if (gathered < headerBytes) {
        const taken = chunk.copy(header, gathered, at, at + headerBytes - gathered);
        gathered += taken;
        at += taken;
        if (gathered < headerBytes) return;
        begin(header, 0);
      }
      const skipped = Math.min(bodyLeft, chunk.length - at);
      bodyLeft -= skipped;
      at += skipped;
      if (bodyLeft > 0) return;
      gathered = 0;
      onMessage(type);
    }
  };
}
