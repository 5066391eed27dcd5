import { readdirSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { inventHead } from '../fixtures/inventHead.ts';
import { bratum } from './commandLine.ts';

const side = 160;
let folder: string;
let pictures: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dataset-'));
  pictures = join(folder, 'pictures');
  for (const name of ['Training/glioma_tumor', 'Testing/glioma_tumor', 'Testing/no_tumor'])
    await mkdir(join(pictures, name), { recursive: true });
  await save('Training/glioma_tumor/a (1).png', inventHead(1, side));
  await save('Testing/no_tumor/x.png', inventHead(2, side));
  const noise = new RandomStream(3);
  await save(
    'Testing/no_tumor/noise.png',
    Uint8Array.from({ length: side * side }, () => noise.integer(256)),
  );
  await copyFile(
    join(pictures, 'Training/glioma_tumor/a (1).png'),
    join(pictures, 'Testing/glioma_tumor/a (1).png'),
  );
  await writeFile(join(pictures, 'Testing/no_tumor/broken.png'), 'no picture');
  await writeFile(
    join(folder, 'labels.csv'),
    'path,plane\nTraining/glioma_tumor/a (1).png,sagittal\nTesting/glioma_tumor/a (1).png,sagittal\n' +
      'Testing/no_tumor/x.png,axial\nTesting/no_tumor/noise.png,axial\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

async function save(path: string, grey: Uint8Array): Promise<void> {
  await sharp(grey, { raw: { width: side, height: side, channels: 1 } })
    .png()
    .toFile(join(pictures, path));
}

/** Runs a command whose broken picture makes it end with 2, and gives its JSON. */
async function dataset(...words: string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await bratum(['dataset', ...words, '--json'], { cwd: folder });
  expect(code, stderr).toBe(2);
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('a scan says everything that the contract promises, and finds the stranger', async () => {
  const report = await dataset('scan', 'pictures', '--labels', 'labels.csv');
  expect(Object.keys(report)).toEqual([
    'files',
    'readable',
    'unreadable',
    'exactDuplicates',
    'pixelDuplicates',
    'nearDuplicates',
    'crossSplit',
    'labelConflicts',
    'sliceRuns',
    'strangers',
    'shortcuts',
    'byClass',
    'byPlane',
    'groupingVersion',
  ]);
  expect(report).toMatchObject({
    files: 5,
    readable: 4,
    exactDuplicates: { groups: 1, extraFiles: 1 },
    crossSplit: { groups: 1, testFilesWithTwin: 1 },
    byClass: { glioma_tumor: 2, no_tumor: 2 },
    byPlane: { sagittal: 2, axial: 2 },
  });
  const strangers = report['strangers'] as { path: string; score: number; reason: string }[];
  const noise = strangers.find(({ path }) => path === 'Testing/no_tumor/noise.png');
  expect(noise?.score).toBeGreaterThan(0);
  expect(noise?.reason).toMatch(/^Unlike the pictures that the model combined was trained on/);
});

test('an export lies in folders that say the labels, byte for byte, and is never written into others', async () => {
  const labels = ['--labels', 'labels.csv'];
  const angles = await dataset('export', 'pictures', '--layout', 'angles', '--out', 'angles', ...labels);
  expect(angles['byFolder']).toEqual({ glioma_tumor_Left_Angle: 2, no_tumor_Top_Angle: 2 });
  expect(readdirSync(join(folder, 'angles', 'glioma_tumor_Left_Angle')).sort()).toEqual([
    'a (1).png',
    'glioma_tumor-a (1).png',
  ]);
  const exported = join(folder, 'angles', 'no_tumor_Top_Angle', 'x.png');
  expect(readFileSync(exported)).toEqual(readFileSync(join(pictures, 'Testing/no_tumor/x.png')));
  expect(readFileSync(join(folder, 'angles', 'labels.csv'), 'utf8')).toContain(
    'no_tumor_Top_Angle/x.png,axial,no_tumor,,\n',
  );

  const classes = await dataset('export', 'pictures', '--layout', 'classes', '--out', 'classes');
  expect(classes['byFolder']).toEqual({
    'Testing/glioma_tumor': 1,
    'Testing/no_tumor': 2,
    'Training/glioma_tumor': 1,
  });

  const again = await bratum(['dataset', 'export', 'pictures', '--layout', 'classes', '--out', 'classes'], {
    cwd: folder,
  });
  expect(again.code).toBe(3);
  const unsaid = await bratum(['dataset', 'export', 'pictures', '--out', 'new'], { cwd: folder });
  expect(unsaid).toMatchObject({ code: 1, stdout: '' });
});
