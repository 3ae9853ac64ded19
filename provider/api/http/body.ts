import type { Readable } from "node:stream";

/** Of an answer that is no success only what it says first is read: more than this says nothing to anybody. */
export const MAX_ERROR_BYTES = 16 * 1024;

/** The first bytes of a body as text, and whether that was all of it. What comes after is not read, let alone kept. */
export async function readBody(
  body: Readable,
  limit: number,
): Promise<{ readonly text: string; readonly bytes: number; readonly whole: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop destroys the stream, and its connection with it.
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > limit) break;
  }
  // Takes a byte order mark away as well.
  const text = new TextDecoder().decode(Buffer.concat(chunks).subarray(0, limit));
  return { text, bytes, whole: bytes <= limit };
}
