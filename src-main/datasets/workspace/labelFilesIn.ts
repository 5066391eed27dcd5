import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, posix } from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../../../src-shared/errors.ts';
import { walkLimits } from '../../images/walk/walkLimits.ts';
import { ZipArchive, type ZipEntry } from '../../images/walk/ZipArchive.ts';
import { readLabels, readLabelsOf, type Labels } from '../Labels.ts';
import { isArchive } from './placeInSource.ts';

/** A table of labels that lies with the pictures. */
export interface LabelFile {
  /** Base name. */
  name: string;
  /** @throws UserError as `readLabels` */
  read(): Promise<Labels>;
}

const headingBytes = 4096;

/**
 * The label files at the top of a folder or of an archive: CSV whose heading names what `readLabels` asks for. An archive
 * that holds one folder and nothing beside it has its top in there. None for a file, or for an archive that cannot be read,
 * of which the import tells.
 */
export async function labelFilesIn(source: string): Promise<LabelFile[]> {
  return isArchive(source) ? inArchive(new ZipArchive(source, walkLimits)) : inFolder(source);
}

async function inFolder(folder: string): Promise<LabelFile[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const tables = entries.filter((entry) => entry.isFile() && isTable(entry.name));
  const files = tables.map(({ name }) => join(folder, name)).sort();
  const headings = await Promise.all(files.map(headingOf));
  return files
    .filter((_, i) => isLabelHeading(headings[i]!))
    .map((file) => ({ name: basename(file), read: () => readLabels(file) }));
}

async function inArchive(archive: ZipArchive): Promise<LabelFile[]> {
  try {
    const entries = await archive.readDirectory();
    const top = topOf(entries);
    const files: LabelFile[] = [];
    for (const entry of entries) {
      const name = posix.basename(entry.path);
      if (entry.isLink || entry.isEncrypted || entry.path !== top + name || !isTable(name)) continue;
      const head = new TextDecoder().decode((await archive.readHead(entry)).subarray(0, headingBytes));
      if (!isLabelHeading(head.split(/[\r\n]/, 1)[0]!)) continue;
      files.push({ name, read: async () => readLabelsOf(await archive.readEntry(entry), name, top) });
    }
    return files;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** The folder that holds all there is, with a slash; empty where there is more than one, or anything beside it. */
function topOf(entries: readonly ZipEntry[]): string {
  const tops = new Set(entries.map(({ path }) => path.slice(0, path.indexOf('/') + 1)));
  return tops.size === 1 ? [...tops][0]! : '';
}

function isTable(name: string): boolean {
  return /\.csv$/i.test(name);
}

async function headingOf(file: string): Promise<string> {
  const stream = createReadStream(file, { encoding: 'utf8', end: headingBytes });
  for await (const line of createInterface({ input: stream })) return line;
  return '';
}

function isLabelHeading(line: string): boolean {
  const cells = new Set(
    line
      .toLowerCase()
      .split(/[,;\t]/)
      .map((cell) => cell.replaceAll(/[^a-z]/g, '')),
  );
  return (cells.has('path') || cells.has('hash')) && (cells.has('plane') || cells.has('class'));
}
