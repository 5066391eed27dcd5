import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import type { CancelSignal, Failure } from '../../src-shared/errors.ts';
import { readUnder, type ReadFile } from '../images/walk/readUnder.ts';
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
  const read = ({ path, fileHash }: ReadFile) => Promise.resolve({ path, hash: fileHash });
  for await (const item of readUnder(folder, { read, signal })) {
    if (item.kind === 'failure') result.unreadable.push({ path: item.path, error: item.error });
    if (item.kind !== 'read') continue;
    const { path, hash } = item.value;
    const inFolder = labelsOfPath(path).class;
    const entries = open.get(hash) ?? [];
    // The set holds some pictures under two classes: take the one that this folder names, if it is still open.
    const place = Math.max(
      0,
      entries.findIndex((entry) => entry.class === inFolder),
    );
    const [entry] = entries.splice(place, 1);
    if (entry === undefined) result.unknown.push(path);
    else result.found++;
    const expectedClasses = [...new Set(classesOf.get(hash) ?? [])];
    if (entry !== undefined && inFolder !== null && inFolder !== entry.class)
      result.misplaced.push({ path, expectedClasses });
  }
  result.missing = [...open.values()].flat();
  result.isComplete =
    result.found === result.expected &&
    result.unknown.length + result.misplaced.length + result.unreadable.length === 0;
  return result;
}
