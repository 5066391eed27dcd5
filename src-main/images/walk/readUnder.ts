import { relative, sep } from 'node:path';
import { mapInOrder } from '../../../src-shared/inOrder.ts';
import {
  throwIfCancelled,
  toFailure,
  UserError,
  type CancelSignal,
  type Failure,
} from '../../../src-shared/errors.ts';
import type { WalkItem } from '../FoundFile.ts';
import { hashContent } from '../hashContent.ts';
import { walkFiles } from './walkFiles.ts';

/** A file with its bytes. */
export interface ReadFile {
  /** Relative to the root, with `/`; the base name where the root is the file itself. */
  path: string;
  fileName: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** SHA-256 of the bytes, lower-case hex. */
  fileHash: string;
}

/** What came of one file; paths as in `ReadFile`. */
export type ReadItem<Value> =
  | { kind: 'read'; value: Value }
  | { kind: 'failure'; path: string; error: Failure }
  | { kind: 'skipped'; path: string; reason: string };

/** How to read. */
export interface ReadUnderOptions<Value> {
  /** What to make of a file; a UserError that it throws is the file's failure. */
  read: (file: ReadFile) => Promise<Value>;
  /** Whether to open a file at all, by its path alone; one that is not wanted does not fail either. */
  wantsFile?: ((path: string) => boolean) | undefined;
  signal?: CancelSignal | undefined;
  /** What paths are relative to; the root where left out. For the inside of an archive, `archive.zip!`. */
  base?: string | undefined;
}

/** Decoders run on other threads, so reading ahead keeps the cores busy. */
const filesAtOnce = 8;

/**
 * Reads every file of a known kind under a folder, a few ahead, in the walk's order; one that cannot be read is an item
 * like the others and ends nothing.
 *
 * @param root - a folder or file, absolute
 * @throws UserError 'cancelled'
 */
export async function* readUnder<Value>(
  root: string,
  { read, wantsFile, signal, base = root }: ReadUnderOptions<Value>,
): AsyncGenerator<ReadItem<Value>> {
  const readItem = async (item: WalkItem): Promise<ReadItem<Value> | null> => {
    const { path: fullPath, fileName } = item.kind === 'file' ? item.file : item;
    const inner = relative(base, fullPath).replaceAll(sep, '/');
    // An archive that is refused as a whole is not inside itself.
    const path = inner === '' || inner.startsWith('../') ? fileName : inner;
    if (item.kind === 'skipped') return { kind: 'skipped', path, reason: item.reason };
    if (wantsFile?.(path) === false) return null;
    if (item.kind === 'failure') return { kind: 'failure', path, error: item.error };
    try {
      const bytes = await item.file.readBytes();
      return { kind: 'read', value: await read({ path, fileName, bytes, fileHash: hashContent(bytes) }) };
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return { kind: 'failure', path, error: toFailure(error) };
    }
  };
  for await (const item of mapInOrder(walkFiles([root], {}, signal), filesAtOnce, readItem)) {
    throwIfCancelled(signal);
    if (item !== null) yield item;
  }
}
