import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ZipFile } from 'yazl';

/** A file to put into a zip. */
export interface ZipContent {
  /** Relative, with `/`. */
  name: string;
  /** One after the other. */
  parts: readonly Uint8Array[];
}

/** The time of every entry, so that a zip does not tell when its files were made. */
const noTime = new Date(1980, 0, 1);

/**
 * Files as the bytes of one zip, deflated. The next file is asked for when the last one is packed, so that only one lies
 * in memory.
 *
 * @throws whatever the files throw
 */
export async function* zipOf(files: AsyncIterable<ZipContent>): AsyncGenerator<Uint8Array> {
  const zip = new ZipFile();
  const output = zip.outputStream as Readable;
  let current: Readable | null = null;
  const fill = async (): Promise<void> => {
    for await (const { name, parts } of files) {
      if (output.destroyed) return;
      current = Readable.from(parts);
      zip.addReadStream(current, name, { mtime: noTime });
      await finished(current);
    }
    zip.end();
  };
  const filled = fill().catch((error: unknown) => {
    output.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const chunk of output) yield chunk as Uint8Array;
  } finally {
    // Whoever stops listening stops the packing.
    output.destroy();
    (current as Readable | null)?.destroy();
    await filled;
  }
}
