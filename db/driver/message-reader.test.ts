import fc from "fast-check";
import { expect, test } from "vitest";
import { createMessageReader } from "./message-reader.ts";

const message = fc.record({
  type: fc.integer({ min: 1, max: 127 }),
  // Bodies that look like a ReadyForQuery of their own are in there as well.
  body: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.constant(Uint8Array.from([0x5a, 0, 0, 0, 5, 0x49])),
  ),
});

test("finds every message and no other, however the stream is cut", () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 20 }),
      fc.array(fc.integer({ min: 1, max: 17 }), { minLength: 1 }),
      (messages, cuts) => {
        const stream = Buffer.concat(
          messages.map(({ type, body }) => {
            const header = Buffer.alloc(5);
            header[0] = type;
            header.writeUInt32BE(body.length + 4, 1);
            return Buffer.concat([header, body]);
          }),
        );
        const seen: number[] = [];
        const read = createMessageReader((type) => seen.push(type));
        for (let at = 0, cut = 0; at < stream.length; cut++) {
          const length = cuts[cut % cuts.length] ?? 1;
          read(stream.subarray(at, at + length));
          at += length;
        }
        expect(seen).toEqual(messages.map(({ type }) => type));
      },
    ),
  );
});
