import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeInventedDataset } from '../fixtures/writeInventedDataset.ts';
import { writeSmallModel } from '../fixtures/writeSmallModel.ts';
import { bratum } from './commandLine.ts';

let folder: string;

/** The part of the document that is looked at here. */
interface Audit {
  n: number;
  sampled: number;
  outlined: number;
  methods: {
    method: string;
    verdicts: string[];
    cascade: { n: number; constantMap: number; similarity: Record<string, number> } | null;
    cells: { class: string | null; plane: string | null; n: number; pointing: { n: number } | null }[];
    worst: Record<string, { path: string; value: number }[]>;
    slices: {
      path: string;
      insideOf: string | null;
      trust: {
        place: { inside: { areaInside: number } | null } | null;
        conduct: Record<string, number> | null;
      };
    }[];
  }[];
  comparison: { byMethod: Record<string, { figure: string; first: number; second: number }[]> } | null;
  failures: { file: string; error: { code: string } }[];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-audit-'));
  await writeInventedDataset(join(folder, 'set'), 3);
  await writeSmallModel(join(folder, 'small'));
  // The bright square of pituitary_tumor, and a mask of a wrong size.
  const mask = Buffer.alloc(160 * 160);
  for (let row = 100; row < 122; row++) mask.fill(255, row * 160 + 70, row * 160 + 92);
  const raw = { width: 160, height: 160, channels: 1 } as const;
  await mkdir(join(folder, 'masks/pituitary_tumor'), { recursive: true });
  for (const name of [300_000, 300_997])
    await sharp(mask, { raw })
      .png()
      .toFile(join(folder, `masks/pituitary_tumor/${name}.png`));
  await sharp(mask.subarray(0, 100 * 160), { raw: { ...raw, height: 100 } })
    .png()
    .toFile(join(folder, 'masks/pituitary_tumor/301994.png'));
});

afterAll(() => rm(folder, { recursive: true }));

const words = (...more: string[]): string[] => [
  ...['audit', '--model', './small', '--dataset', 'set', '--labels', 'set/labels.csv'],
  ...['--provider', 'cpu', ...more],
];

describe('bratum audit', () => {
  test('figures by class and plane, outlines, the cascade, HTML and PDF', async () => {
    const options = ['--masks', 'masks', '--sample', '3', '--html', 'a.html', '--pdf', 'a.pdf', '--json'];
    const { code, stdout, stderr } = await bratum(words(...options), { cwd: folder });
    // One mask is of another size than its slice: the rest is audited all the same.
    expect(code).toBe(2);
    const audit = JSON.parse(stdout) as Audit;
    expect(audit).toMatchObject({ n: 12, sampled: 3, outlined: 2 });
    expect(audit.failures).toMatchObject([
      { file: 'pituitary_tumor/301994.png', error: { code: 'invalid-input' } },
    ]);
    expect(stderr).toContain('301994.png');
    const [method] = audit.methods;
    expect(method!.slices.filter(({ trust }) => trust.conduct !== null).length).toBeLessThanOrEqual(3);
    expect(method!.cells[0]).toMatchObject({ class: null, plane: null, n: 12, pointing: { n: 2 } });
    const outlined = method!.slices.filter(({ insideOf }) => insideOf === 'outline');
    for (const { trust } of outlined)
      if (trust.place !== null) expect(trust.place.inside!.areaInside).toBeCloseTo(22 ** 2 / 160 ** 2, 2);
    const page = await readFile(join(folder, 'a.html'), 'utf8');
    expect(page).toContain('Where “Small, invented” looks');
    const pdf = await getDocument({
      data: new Uint8Array(await readFile(join(folder, 'a.pdf'))),
      verbosity: 0,
    }).promise;
    const { items } = await (await pdf.getPage(1)).getTextContent();
    expect(items.map((item) => ('str' in item ? item.str : '')).join(' ')).toContain('12 slices of set');
    await pdf.loadingTask.destroy();
    for (const { trust } of method!.slices)
      for (const value of Object.values(trust.conduct ?? {})) {
        expect(value).toBeGreaterThanOrEqual(-1);
        expect(value).toBeLessThanOrEqual(1);
      }
    if (method!.cascade !== null) expect(method!.cascade.constantMap).toBe(1);
  }, 240_000);

  test('a model beside itself differs nowhere; a region stands in for outlines; the same words give the same numbers', async () => {
    const region = { class: 'glioma_tumor', plane: 'axial', name: 'all', isMirrored: false };
    const polygon = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 1],
    ];
    const regions = { schemaVersion: 1, regions: [{ ...region, polygon }] };
    await writeFile(join(folder, 'regions.json'), JSON.stringify(regions));
    const options = [
      '--against',
      './small',
      '--regions',
      'regions.json',
      '--class',
      'true',
      '--sample',
      '2',
      '--json',
    ];
    const first = await bratum(words(...options), { cwd: folder });
    expect(first.code).toBe(0);
    const audit = JSON.parse(first.stdout) as Audit;
    for (const { first: one, second } of audit.comparison!.byMethod['layer-cam@14']!)
      expect(second).toBe(one);
    const marked = audit.methods[0]!.slices.filter(({ insideOf }) => insideOf !== null);
    expect(marked.map(({ insideOf }) => insideOf)).toEqual(['region']);
    const again = await bratum(words(...options), { cwd: folder });
    expect(again.stdout).toBe(first.stdout);
  }, 240_000);

  test.each([
    [['audit', '--model', 'combined']],
    [words('--part', 'test')],
    [words('--methods', 'guessing')],
    [words('--only-outlined')],
  ])('misuse: %j', async (given) => {
    expect(await bratum(given, { cwd: folder })).toMatchObject({ code: 1, stdout: '' });
  });

  test.each([
    ['a model of planes', ['--model', 'plane'], 'invalid-input'],
    ['no model', ['--model', 'nowhere'], 'model-not-found'],
    ['regions that are none', ['--regions', 'set/labels.csv'], 'invalid-input'],
  ])('%s', async (_, more, code) => {
    const { code: exit, stdout } = await bratum(words(...more, '--json'), { cwd: folder });
    expect(exit).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code } });
  });
});
