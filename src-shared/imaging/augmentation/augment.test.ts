import { expect, test } from 'vitest';
import { RandomStream } from '../../statistics/RandomStream.ts';
import { findHead } from '../findHead.ts';
import type { GreyPicture } from '../GreyPicture.ts';
import { applyStep, augment } from './augment.ts';
import { augmentationPresetSchema, augmentationStepSchema } from './augmentationPreset.ts';
import { augmentationPresets } from './augmentationPresets.ts';
import { flipHorizontally } from './flipHorizontally.ts';
import { jpegArtefacts } from './jpegArtefacts.ts';
import { bendTones, matchMoments, stretchPercentiles } from './normaliseIntensity.ts';
import { frameOfShare, reframe } from './reframe.ts';
import { replaceBackground } from './replaceBackground.ts';
import { warp } from './warp.ts';

/** An ellipse with a hole, a small spot apart from it, and speckle, on black. */
function drawHead(rows: number, columns: number): GreyPicture {
  const values = Float32Array.from({ length: rows * columns }, (_, i) => {
    const y = (Math.floor(i / columns) + 0.5) / rows - 0.5;
    const x = ((i % columns) + 0.5) / columns - 0.5;
    const radius = Math.hypot(x / 0.35, y / 0.4);
    if (Math.hypot(x, y) < 0.06) return 0;
    if (radius < 1) return 90 + 60 * Math.sin(20 * x) + ((i * 7919) % 23);
    return Math.hypot(x - 0.44, y - 0.44) < 0.02 ? 250 : (i * 31) % 5;
  });
  return { rows, columns, values };
}

const head = drawHead(96, 80);
const key = { seed: 7, epoch: 3, image: 41 };
const still: Parameters<typeof warp>[1] = { angleDegrees: 0, scale: 1, shiftRight: 0, shiftDown: 0, fill: 0 };

const largestDifference = (a: GreyPicture, b: GreyPicture): number =>
  a.values.reduce((largest, value, i) => Math.max(largest, Math.abs(value - b.values[i]!)), 0);

const turnedTwice = (picture: GreyPicture): GreyPicture =>
  warp(warp(picture, { ...still, angleDegrees: 90 }), { ...still, angleDegrees: -90 });

test.each(Object.values(augmentationPresets))(
  'preset “$name” satisfies its schema and survives JSON',
  (preset) => {
    expect(augmentationPresetSchema.parse(JSON.parse(JSON.stringify(preset)))).toEqual(preset);
  },
);

test.each(Object.values(augmentationPresets))(
  'preset “$name” keeps size, range and the given picture, and is the same for the same key only',
  (preset) => {
    const before = head.values.slice();
    const results = [0, 1, 2, 3, 4, 5].map((image) => augment(head, preset, { ...key, image }));
    expect(head.values).toEqual(before);
    for (const [image, result] of results.entries()) {
      expect([result.rows, result.columns, result.values.length]).toEqual([96, 80, 96 * 80]);
      expect(result.values.every((value) => value >= -1e-3 && value <= 255.001)).toBe(true);
      expect(augment(head, preset, { ...key, image })).toEqual(result);
    }
    const sums = new Set(results.map(({ values }) => values.reduce((sum, value) => sum + value, 0)));
    // With few steps two pictures may both be left as they are.
    expect(sums.size).toBeGreaterThanOrEqual(preset.steps.length === 0 ? 1 : 5);
  },
);

test('another seed or epoch gives another picture, and a step that is taken out leaves the draws of those before it', () => {
  const preset = { ...augmentationPresets.published, steps: augmentationPresets.published.steps.slice(1) };
  const always = { ...preset, steps: preset.steps.map((step) => ({ ...step, probability: 1 })) };
  const first = augment(head, always, key);
  expect(augment(head, always, { ...key, epoch: 4 })).not.toEqual(first);
  expect(augment(head, always, { ...key, seed: 8 })).not.toEqual(first);
  const shorter = { ...always, steps: always.steps.slice(0, 1) };
  const [step] = shorter.steps;
  const random = new RandomStream(key.seed, key.epoch, key.image, 0);
  random.happens(1);
  expect(augment(head, shorter, key)).toEqual(applyStep(head, step!, random));
});

test('steps happen as often as they say', () => {
  const flipOnly = {
    version: 1 as const,
    name: 'flip',
    steps: [{ kind: 'flip' as const, probability: 0.3 }],
  };
  const small = drawHead(4, 6);
  const flipped = Array.from(
    { length: 3000 },
    (_, image) => augment(small, flipOnly, { ...key, image }) !== small,
  );
  expect(flipped.filter(Boolean).length / 3000).toBeCloseTo(0.3, 1);
});

test.each([
  { kind: 'noise', probability: 2, sigma: [1, 2] },
  { kind: 'noise', probability: 1, sigma: [2, 1] },
  { kind: 'noise', probability: 1, sigma: [1, 1e9] },
  { kind: 'warp', probability: 1 },
  { kind: 'sharpen', probability: 1 },
  { kind: 'flip', probability: 1, angle: 3 },
])('the schema refuses %j', (step) => {
  expect(augmentationStepSchema.safeParse(step).success).toBe(false);
});

test('a flip is its own inverse, and a warp that moves nothing changes nothing', () => {
  expect(flipHorizontally(flipHorizontally(head))).toEqual(head);
  expect(warp(head, still)).toEqual(head);
  const square = drawHead(64, 64);
  expect(largestDifference(turnedTwice(square), square)).toBeLessThan(1e-2);
});

test('a positive angle turns counter-clockwise, and shifts go right and down', () => {
  const dot = { rows: 9, columns: 9, values: new Float32Array(81) };
  dot.values[4 * 9 + 7] = 100;
  const place = (picture: GreyPicture): number[] => {
    const at = picture.values.indexOf(Math.max(...picture.values));
    return [Math.floor(at / 9), at % 9];
  };
  expect(place(warp(dot, { ...still, angleDegrees: 90 }))).toEqual([1, 4]);
  expect(place(warp(dot, { ...still, shiftRight: 1 / 9, shiftDown: 2 / 9 }))).toEqual([6, 8]);
});

test('a frame inside crops, one outside adds a border, and cropping that border away gives the picture back', () => {
  const whole = { top: 0, left: 0, height: 96, width: 80 };
  expect(reframe(head, whole, 0)).toEqual(head);
  const bordered = reframe(head, { top: -96, left: -80, height: 288, width: 240 }, 40);
  expect(bordered.values.slice(0, 20 * 80).every((value) => Math.abs(value - 40) < 1e-3)).toBe(true);
  const share = frameOfShare(head, { height: 0.5, width: 0.25 }, { down: 1, across: 0 });
  expect(share).toEqual({ top: 48, left: 0, height: 48, width: 20 });
  const beyond = reframe(head, { top: -500, left: -500, height: 50, width: 50 }, 7);
  expect(beyond.values.every((value) => Math.abs(value - 7) < 1e-5)).toBe(true);
});

test('finds the head with its hole, without the spot beside it', () => {
  const { mask, frame } = findHead(head)!;
  const at = (y: number, x: number): number => mask[Math.floor(y * 96) * 80 + Math.floor(x * 80)]!;
  expect([at(0.5, 0.5), at(0.2, 0.5), at(0.94, 0.94), at(0.02, 0.02)]).toEqual([1, 1, 0, 0]);
  const share = mask.reduce((sum, inside) => sum + inside, 0) / mask.length;
  expect(share).toBeCloseTo(Math.PI * 0.35 * 0.4, 1);
  expect(Math.abs(frame.left - 0.15 * 80)).toBeLessThan(2);
  expect(Math.abs(frame.height - 0.8 * 96)).toBeLessThan(3);
  expect(findHead({ rows: 9, columns: 9, values: new Float32Array(81).fill(50) })).toBeNull();
  expect(findHead({ rows: 1, columns: 1, values: new Float32Array(1) })).toBeNull();
});

test('a new background leaves the head alone', () => {
  const { mask } = findHead(head)!;
  const { values } = replaceBackground(head, mask, { level: 30, noise: 0 }, new RandomStream(1));
  expect(values.every((value, i) => value === (mask[i] === 1 ? head.values[i] : 30))).toBe(true);
});

test('intensity variants reach what they promise, and leave an even picture alone', () => {
  const stretched = stretchPercentiles(head, { low: 0.01, high: 0.99 }).values;
  expect([Math.min(...stretched), Math.max(...stretched)]).toEqual([0, 255]);
  const { mask } = findHead(head)!;
  const { values } = matchMoments(head, mask, { mean: 100, deviation: 20 });
  const inside = values.filter((_, i) => mask[i] === 1);
  const mean = inside.reduce((sum, value) => sum + value, 0) / inside.length;
  const deviation = Math.sqrt(inside.reduce((sum, value) => sum + (value - mean) ** 2, 0) / inside.length);
  expect(mean).toBeCloseTo(100, 0);
  expect(deviation).toBeCloseTo(20, 0);
  const bent = bendTones({ rows: 1, columns: 3, values: Float32Array.of(0, 127.5, 255) }, 2).values;
  expect([bent[0], bent[2]]).toEqual([0, 255]);
  expect(bent[1]).toBeCloseTo(63.75, 1);
  const even = { rows: 2, columns: 2, values: new Float32Array(4).fill(9) };
  expect(stretchPercentiles(even, { low: 0.01, high: 0.99 })).toBe(even);
  expect(matchMoments(even, null, { mean: 1, deviation: 1 })).toBe(even);
});

test('JPEG loses little at 100 and more at each lower quality', () => {
  const losses = [100, 90, 60, 30, 5].map((quality) => {
    const left = jpegArtefacts(head, quality).values;
    return left.reduce((sum, value, i) => sum + (value - head.values[i]!) ** 2, 0) / left.length;
  });
  expect(losses[0]).toBeLessThan(0.3);
  expect([...losses].sort((a, b) => a - b)).toEqual(losses);
});
