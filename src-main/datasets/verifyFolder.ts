import { relative, sep } from 'node:path';
import { mapInOrder } from '../../src-shared/inOrder.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import {
  throwIfCancelled,
  toFailure,
  UserError,
  type CancelSignal,
  type Failure,
} from '../../src-shared/errors.ts';
import type { WalkItem } from '../images/FoundFile.ts';
import { hashContent } from '../images/hashContent.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import { labelsOfPath } from './labelsOfPath.ts';
import type { ManifestEntry } from './Manifest.ts';

/** A folder held against a manifest. Paths are relative to it, with `/`. */
export interface Verification {
  /** True where the folder holds exactly the set: every file, in a folder of its class, and nothing else. */
  isComplete: boolean;
  /** Files of the set, and how many of them are here. */
  expected: number;
  found: number;
  missing: ManifestEntry[];
  /** Pictures that the set does not have, or not that often. */
  unknown: string[];
  /** Files of the set in a folder of another class. */
  misplaced: { path: string; expectedClasses: TumourClass[] }[];
  unreadable: { path: string; error: Failure }[];
}

const filesAtOnce = 4;

/**
 * Compares the files of a folder with a manifest by content; names and order do not count, classes do where the
 * folders name them. Pictures are not decoded.
 *
 * @param folder - absolute
 */
export async function verifyFolder(
  folder: string,
  manifest: readonly ManifestEntry[],
  signal?: CancelSignal,
): Promise<Verification> {
  /** What is still to be found, by content. */
  const open = new Map<string, ManifestEntry[]>();
  for (const entry of manifest) open.set(entry.hash, [...(open.get(entry.hash) ?? []), entry]);
  const classesOf = new Map([...open].map(([hash, entries]) => [hash, entries.map((entry) => entry.class)]));
  const result: Verification = {
    isComplete: false,
    expected: manifest.length,
    found: 0,
    missing: [],
    unknown: [],
    misplaced: [],
    unreadable: [],
  };
  for await (const item of mapInOrder(walkFiles([folder], {}, signal), filesAtOnce, hashItem)) {
    throwIfCancelled(signal);
    if (item === null) continue;
    const path = relative(folder, item.path).replaceAll(sep, '/');
    if ('error' in item) {
      result.unreadable.push({ path, error: item.error });
      continue;
    }
    const inFolder = labelsOfPath(path).class;
    const entries = open.get(item.hash) ?? [];
    // The set holds some pictures under two classes: take the one that this folder names, if it is still open.
    const place = Math.max(
      0,
      entries.findIndex((entry) => entry.class === inFolder),
    );
    const [entry] = entries.splice(place, 1);
    if (entry === undefined) result.unknown.push(path);
    else result.found++;
    const expectedClasses = [...new Set(classesOf.get(item.hash) ?? [])];
    if (entry !== undefined && inFolder !== null && inFolder !== entry.class)
      result.misplaced.push({ path, expectedClasses });
  }
  result.missing = [...open.values()].flat();
  result.isComplete =
    result.found === result.expected &&
    result.unknown.length + result.misplaced.length + result.unreadable.length === 0;
  return result;
}

async function hashItem(
  item: WalkItem,
): Promise<{ path: string; hash: string } | { path: string; error: Failure } | null> {
  if (item.kind === 'skipped') return null;
  if (item.kind === 'failure') return { path: item.path, error: item.error };
  try {
    return { path: item.file.path, hash: hashContent(await item.file.readBytes()) };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { path: item.file.path, error: toFailure(error) };
  }
}
