import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { PictureLabels } from '../../src-shared/domain/dataset.ts';
import { planes, type Plane } from '../../src-shared/domain/plane.ts';
import { UserError } from '../../src-shared/errors.ts';
import { classNamed } from './labelsOfPath.ts';

/** Labels that a file gives for one picture; what it does not say is absent. */
export type FileLabels = Partial<Pick<PictureLabels, 'class' | 'plane'>>;

/** A label file above this is no label file: 100,000 rows take about 10 MB. */
const mostBytes = 256 * 2 ** 20;

/** A quoted cell or a row longer than this means that a quotation mark is missing. */
const mostRowBytes = 64 * 1024;

const headingBytes = 4096;

/** The labels of a data set's pictures, by path or by content. */
export class Labels {
  readonly #byPath = new Map<string, FileLabels>();
  readonly #byHash = new Map<string, FileLabels>();

  /** How many rows there are. */
  get size(): number {
    return this.#byPath.size + this.#byHash.size;
  }

  /** What is known of a picture; the path's row wins over that of its content. */
  find(path: string, fileHash: string): FileLabels {
    return { ...this.#byHash.get(fileHash), ...this.#byPath.get(path) };
  }

  set(key: { path: string } | { hash: string }, labels: FileLabels): void {
    if ('path' in key) this.#byPath.set(key.path, labels);
    else this.#byHash.set(key.hash, labels);
  }

  /** Paths that rows name; a scan says which of them do not exist. */
  get paths(): IterableIterator<string> {
    return this.#byPath.keys();
  }
}

/**
 * Reads a label file: CSV with a heading `path,plane,class` in any order, of which `plane`, `class` or both may be
 * there; `hash` (SHA-256 of the file) may stand in for `path`. Separated by commas, semicolons or tabs; further
 * columns are left out. Paths count from the data set's folder, with either slash. An empty cell says nothing.
 *
 * @throws UserError 'file-not-found', 'file-too-large', 'invalid-input' naming the row
 */
export async function readLabels(file: string): Promise<Labels> {
  const name = basename(file);
  const heading = await headingOf(file).catch((error: unknown) => {
    throw labelError(error, name, 1);
  });
  return collect(rowsOf(createReadStream(file), heading), name, '');
}

/**
 * The same from the bytes of a file that lies in an archive.
 *
 * @param name - base name, for errors
 * @param folder - what stands before its paths in the archive: empty, or ends with a slash
 * @throws UserError 'file-too-large', 'invalid-input' naming the row
 */
export async function readLabelsOf(bytes: Uint8Array, name: string, folder: string): Promise<Labels> {
  if (bytes.length > mostBytes) throw tooLarge(name);
  const heading = new TextDecoder().decode(bytes.subarray(0, headingBytes));
  return collect(rowsOf(Readable.from([bytes]), heading), name, folder);
}

async function collect(rows: AsyncIterable<Row>, name: string, folder: string): Promise<Labels> {
  const labels = new Labels();
  let row = 1;
  try {
    for await (const cells of rows) {
      row++;
      addRow(labels, cells, folder);
    }
  } catch (error) {
    throw labelError(error, name, row);
  }
  return labels;
}

type Row = Readonly<Record<string, string>>;

async function* rowsOf(source: Readable, heading: string): AsyncGenerator<Row> {
  const parser = pipeline(
    source,
    parse({
      bom: true,
      columns: (heading: string[]) => heading.map((name) => name.trim().toLowerCase()),
      delimiter: separatorIn(heading),
      max_record_size: mostRowBytes,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }),
    // An error of either end reaches whoever reads the rows.
    () => undefined,
  );
  for await (const row of parser) yield row as Row;
}

/** The beginning of a file, with its heading. */
async function headingOf(file: string): Promise<string> {
  await using handle = await open(file);
  if ((await handle.stat()).size > mostBytes) throw tooLarge(basename(file));
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(headingBytes), 0, headingBytes, 0);
  return buffer.toString('utf8', 0, bytesRead);
}

function tooLarge(file: string): UserError {
  return new UserError('file-too-large', { file, limit: '256 MB' });
}

/** The separator in the heading, so that the others may stand in paths. */
function separatorIn(text: string): string {
  const [heading = ''] = text.split('\n');
  return [';', '\t'].find((separator) => heading.includes(separator)) ?? ',';
}

function addRow(labels: Labels, row: Row, folder: string): void {
  const path = row['path']?.replaceAll('\\', '/').replace(/^\.\//, '');
  const hash = row['hash']?.toLowerCase();
  const found: FileLabels = {};
  if (row['class']) found.class = classNamed(row['class']) ?? refuse(`“${row['class']}” is no class`);
  if (row['plane']) found.plane = planeNamed(row['plane']) ?? refuse(`“${row['plane']}” is no plane`);
  if (path) labels.set({ path: folder + path }, found);
  else if (hash) labels.set({ hash }, found);
  else refuse('it has neither path nor hash');
}

function planeNamed(text: string): Plane | null {
  const name = text.toLowerCase();
  return planes.find((plane) => plane === name) ?? null;
}

class BadRow extends Error {}

function refuse(reason: string): never {
  throw new BadRow(reason);
}

function labelError(error: unknown, file: string, row: number): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  if (code === 'ENOENT') return new UserError('file-not-found', { file });
  if (code === 'EACCES' || code === 'EISDIR') return new UserError('file-unreadable', { file });
  const isAboutText = error instanceof BadRow || error instanceof CsvError;
  if (!isAboutText) return error;
  const reason = error instanceof BadRow ? error.message : 'its quotation marks or columns are damaged';
  return new UserError(
    'invalid-input',
    { file, reason: `${file}, row ${row}: ${reason}.` },
    { cause: error },
  );
}
