import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The label files at the top of a folder: CSV whose heading names what `readLabels` asks for. None for a file. */
export async function labelFilesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const tables = entries.filter((entry) => entry.isFile() && /\.csv$/i.test(entry.name));
  const files = tables.map(({ name }) => join(folder, name)).sort();
  const headings = await Promise.all(files.map(headingOf));
  return files.filter((_, i) => isLabelHeading(headings[i]!));
}

async function headingOf(file: string): Promise<string> {
  const stream = createReadStream(file, { encoding: 'utf8', end: 4096 });
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
