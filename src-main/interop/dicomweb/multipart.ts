import { randomUUID } from 'node:crypto';
import { UserError } from '../../../src-shared/errors.ts';

const headEnd = Buffer.from('\r\n\r\n');

/**
 * The bodies of a `multipart/related` message (RFC 2387, DICOM PS3.18 8.6.1.2).
 *
 * @param contentType - the header that names the boundary
 * @throws UserError 'pacs-answer-damaged' where there is no boundary, or the message ends before its last one
 */
export function readMultipart(
  message: Uint8Array<ArrayBuffer>,
  contentType: string,
): Uint8Array<ArrayBuffer>[] {
  const boundary = /boundary="?([^";]+)"?/i.exec(contentType)?.[1];
  if (boundary === undefined) throw damaged('It has no boundary.');
  const bytes = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  const delimiter = Buffer.from(`--${boundary}`);
  const bodies: Uint8Array<ArrayBuffer>[] = [];
  let start = bytes.indexOf(delimiter);
  while (start >= 0) {
    const after = start + delimiter.length;
    if (bytes.subarray(after, after + 2).toString('latin1') === '--') return bodies;
    const next = nextDelimiter(bytes, delimiter, after);
    const head = bytes.indexOf(headEnd, after);
    if (next < 0 || head < 0 || head > next) throw damaged('It ends before its last part does.');
    bodies.push(Uint8Array.from(bytes.subarray(head + headEnd.length, next - 2)));
    start = next;
  }
  throw damaged('It has no end.');
}

/** A delimiter counts at the start of a line only. */
function nextDelimiter(bytes: Buffer, delimiter: Buffer, from: number): number {
  for (let at = bytes.indexOf(delimiter, from); at >= 0; at = bytes.indexOf(delimiter, at + 1))
    if (bytes[at - 2] === 0x0d && bytes[at - 1] === 0x0a) return at;
  return -1;
}

/** Puts DICOM files into one message. @returns the body and the Content-Type to send with it */
export function writeMultipart(files: readonly Uint8Array[]): {
  body: Uint8Array<ArrayBuffer>;
  contentType: string;
} {
  const boundary = `bratum-${randomUUID()}`;
  const parts = files.flatMap((file) => [
    Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
    file,
    Buffer.from('\r\n'),
  ]);
  return {
    body: Uint8Array.from(Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)])),
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
  };
}

function damaged(reason: string): UserError {
  return new UserError('pacs-answer-damaged', { reason });
}
