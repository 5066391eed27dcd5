import { Readable } from 'node:stream';
import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { UserError } from '../../../src-shared/errors.ts';

/** A file that unpacks to more than this holds no head that we could show. */
const mostUnpackedBytes = 4 * 2 ** 30;

/** Deflate makes nothing more than 1,032 times smaller. */
const largestRatio = 1032;

const longestHeader = 544;

/** True for a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The first bytes of a gzipped volume, enough for a NIfTI-1 or NIfTI-2 header. @throws UserError */
export function gunzipHeader(bytes: Uint8Array<ArrayBuffer>, fileName: string): Uint8Array<ArrayBuffer> {
  try {
    const head = gunzipSync(bytes.subarray(0, 4096), { finishFlush: constants.Z_SYNC_FLUSH });
    return Uint8Array.from(head.subarray(0, longestHeader));
  } catch (cause) {
    throw new UserError('nifti-damaged', { file: fileName, reason: 'Its compression is broken.' }, { cause });
  }
}

/**
 * Unpacks the part of a gzipped volume that is wanted, into one allocation of exactly that size. The rest is
 * unpacked too and dropped, so that the checksum at the end of the file is verified.
 *
 * @param start - first wanted byte of the unpacked file
 * @param length - how many bytes are wanted; refused before allocating where the file cannot hold them
 * @throws UserError 'file-truncated', 'file-too-large', 'nifti-damaged'
 */
export async function gunzipPart(
  bytes: Uint8Array<ArrayBuffer>,
  { start, length }: { start: number; length: number },
  fileName: string,
): Promise<Uint8Array<ArrayBuffer>> {
  if (start + length > bytes.length * largestRatio) throw new UserError('file-truncated', { file: fileName });
  const part = new Uint8Array(length);
  let position = 0;
  const unpacked = Readable.from([bytes]).pipe(createGunzip({ chunkSize: 2 ** 18 }));
  try {
    for await (const chunk of unpacked as AsyncIterable<Buffer>) {
      const wanted = chunk.subarray(Math.max(0, start - position), Math.max(0, start + length - position));
      part.set(wanted, Math.max(0, position - start));
      position += chunk.length;
      if (position > mostUnpackedBytes)
        throw new UserError('file-too-large', { file: fileName, limit: '4 GB' });
    }
  } catch (error) {
    if (error instanceof UserError) throw error;
    const isCut = (error as NodeJS.ErrnoException).code === 'Z_BUF_ERROR';
    if (isCut) throw new UserError('file-truncated', { file: fileName }, { cause: error });
    const reason = 'Its compression is broken.';
    throw new UserError('nifti-damaged', { file: fileName, reason }, { cause: error });
  }
  if (position < start + length) throw new UserError('file-truncated', { file: fileName });
  return part;
}
