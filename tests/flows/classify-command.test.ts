import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { bratum } from './commandLine.ts';
import { daikonSeries } from './openedWorkstation.ts';

interface Answer {
  file: string;
  frame: number | null;
  class?: string;
  probabilities?: Record<string, number>;
  heatmapFile?: string;
  error?: { code: string; message: string };
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-cli-'));
  await mkdir(join(folder, 'mixed'));
  await copyFile(join(daikonSeries, 'brain_010.dcm'), join(folder, 'mixed', 'a.dcm'));
  await writeFile(
    join(folder, 'mixed', 'broken.dcm'),
    (await readFile(join(daikonSeries, 'brain_010.dcm'))).subarray(0, 3000),
  );
  await writeFile(join(folder, 'mixed', 'notes.txt'), 'nothing to see');
  const grey = Uint8Array.from({ length: 64 * 48 }, (_, i) => (i * 7) % 256);
  await sharp(grey, { raw: { width: 64, height: 48, channels: 1 } })
    .png()
    .toFile(join(folder, 'mixed', 'z.png'));
});
afterAll(() => rm(folder, { recursive: true }));

const classifyJson = async (...words: string[]) => {
  const result = await bratum(['classify', ...words, '--json'], { cwd: folder });
  return { ...result, ...(JSON.parse(result.stdout) as { results: Answer[]; skipped: object[] }) };
};

describe('bratum classify', () => {
  it('answers for every slice of a real series, sorted, and writes the heatmaps', async () => {
    const { code, results, skipped } = await classifyJson(
      daikonSeries,
      '--explain',
      'grad-cam',
      '--out',
      'maps',
    );
    expect(code).toBe(0);
    expect(skipped).toEqual([]);
    expect(results).toHaveLength(20);
    expect(results.map(({ file }) => file)).toEqual(results.map(({ file }) => file).toSorted());
    for (const { class: name, probabilities, heatmapFile } of results) {
      const values = tumourClasses.map((tumourClass) => probabilities![tumourClass]!);
      expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6);
      expect(probabilities![name!]).toBe(Math.max(...values));
      expect(await sharp(heatmapFile).metadata()).toMatchObject({ width: 256, height: 256, format: 'png' });
    }
    expect(await readdir(join(folder, 'maps'))).toHaveLength(20);
  });

  it('reports a broken file, skips an unknown one, and goes on: exit code 2', async () => {
    const { code, results, skipped } = await classifyJson('mixed');
    expect(code).toBe(2);
    expect(results.map(({ file, error }) => [file.slice(folder.length + 7), error?.code ?? 'fine'])).toEqual([
      ['a.dcm', 'fine'],
      ['broken.dcm', expect.stringMatching(/^(dicom-|file-truncated)/)],
      ['z.png', 'fine'],
    ]);
    expect(skipped).toEqual([
      { file: join(folder, 'mixed', 'notes.txt'), reason: expect.any(String) as string },
    ]);
    expect(results[1]!.error!.message).toContain('broken.dcm');
    expect(results[1]!.error!.message).not.toContain(folder);
  });

  it('gives the same answer to the same bytes, alone or in a series', async () => {
    const alone = await classifyJson(join(daikonSeries, 'brain_010.dcm'));
    const copy = await classifyJson('mixed/a.dcm');
    const series = await classifyJson(daikonSeries);
    const probabilities = alone.results[0]!.probabilities!;
    expect(copy.results[0]!.probabilities).toEqual(probabilities);
    for (const name of tumourClasses)
      expect(series.results[9]!.probabilities![name]).toBeCloseTo(probabilities[name]!, 5);
  });

  it('fails as a whole with a typed error and exit code 3', async () => {
    const { code, stdout } = await bratum(['classify', daikonSeries, '--model', 'nowhere', '--json'], {
      cwd: folder,
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'model-not-found' } });
  });

  it.each([
    [['classify']],
    [['classify', '']],
    [['classify', 'x', '--database', '']],
    [['classify', 'x', '--explain', 'grad-cam']],
    [['classify', 'x', '--explain', 'magic', '--out', 'y']],
    [['classify', 'x', '--provider', 'abacus']],
    [['classify', 'x', '--unknown']],
    [['sing']],
    [[]],
    [['models', 'combined']],
    [['cases', 'meningioma']],
  ])('calls %j misuse: exit code 1, usage on standard error, nothing on standard output', async (words) => {
    const { code, stdout, stderr } = await bratum(words, { cwd: folder });
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`bratum ${['models', 'cases'].find((name) => name === words[0]) ?? 'classify'}`);
  });

  it('takes a model by its name, or by its folder as the caller sees it', async () => {
    await cp('models/combined', join(folder, 'mine'), { recursive: true });
    for (const model of ['combined', 'mine', './mine', join(folder, 'mine')]) {
      const { code, results } = await classifyJson('mixed/a.dcm', '--model', model);
      expect(code).toBe(0);
      expect(results[0]).toMatchObject({ model: basename(model) });
    }
  });

  it('writes a heatmap also for a name as long as the file system allows', async () => {
    await mkdir(join(folder, 'long'));
    for (const end of ['a.dcm', 'b.dcm'])
      await copyFile(join(folder, 'mixed', 'a.dcm'), join(folder, 'long', `${'ä'.repeat(125)}${end}`));
    const { code, results } = await classifyJson('long', '--explain', 'grad-cam', '--out', 'long-maps');
    expect(code).toBe(0);
    const heatmaps = results.map(({ heatmapFile }) => heatmapFile);
    expect(new Set(heatmaps).size).toBe(2);
    for (const heatmap of heatmaps) expect(await sharp(heatmap).metadata()).toMatchObject({ format: 'png' });
  });

  it('never reads what it writes itself', async () => {
    await mkdir(join(folder, 'here'));
    await copyFile(join(folder, 'mixed', 'a.dcm'), join(folder, 'here', 'z.dcm'));
    const words = ['.', '--explain', 'grad-cam', '--out', 'maps', '--database', 'store', '--json'];
    const here = { cwd: join(folder, 'here') };
    for (let run = 0; run < 2; run++) {
      const { stdout } = await bratum(['classify', ...words], here);
      const { results } = JSON.parse(stdout) as { results: Answer[] };
      expect(results.map(({ file }) => basename(file))).toEqual(['z.dcm']);
    }
  });

  it('is interrupted by Ctrl+C with exit code 130', async () => {
    const { code } = await bratum(['classify', ...Array<string>(40).fill(daikonSeries)], {
      cwd: folder,
      onStart: (child) => child.stdout!.once('data', () => child.kill('SIGINT')),
    });
    expect(code).toBe(130);
  });
});

describe('bratum cases', () => {
  it('finds what classify stored, by words, with the patient masked unless asked for', async () => {
    const store = ['--database', 'store'];
    const again = async () => classifyJson(daikonSeries, ...store);
    expect((await again()).code).toBe(0);
    const { results } = await again();
    expect(results).toHaveLength(20);
    const cases = async (...words: string[]) => {
      const { stdout } = await bratum(['cases', ...store, '--json', ...words], { cwd: folder });
      return (JSON.parse(stdout) as { cases: { patient: string; slices: number; analyses: number }[] }).cases;
    };
    const [masked] = await cases();
    expect(masked).toMatchObject({ studies: 1, slices: 20, analyses: 20, reading: null });
    const [named] = await cases('--identify');
    expect(named!.patient).not.toBe(masked!.patient);
    expect(await cases('--search', 'FSE')).toHaveLength(1);
    expect(await cases('--search', 'nothing-like-this')).toEqual([]);
  });
});
