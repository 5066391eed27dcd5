import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { PicturePlace } from './PictureTable.ts';

/** The place of a picture as a walk names it: a path, or `archive.zip!/inner/path`. */
export function placeInSource({ sourcePath, path }: Pick<PicturePlace, 'sourcePath' | 'path'>): string {
  if (isArchive(sourcePath)) return `${sourcePath}!/${path}`;
  // A source that is a file is its own only picture.
  const isFile = statSync(sourcePath, { throwIfNoEntry: false })?.isFile() ?? false;
  return isFile ? sourcePath : join(sourcePath, path);
}

/** True for the name of a zip archive. */
export function isArchive(path: string): boolean {
  return /\.zip$/i.test(path);
}
