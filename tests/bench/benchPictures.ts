import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** Pictures to measure with, and how to say which they were. */
export interface BenchPictures {
  files: string[];
  description: string;
  remove(): Promise<void>;
}

const imageSet = '../shared/data/brain-tumor-mri';

/** `count` pictures of the published image set, evenly spread, or where it is absent as many generated heads. */
export async function benchPictures(count: number): Promise<BenchPictures> {
  if (!existsSync(imageSet)) return generatedPictures(count);
  const all = readdirSync(imageSet, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.jpg'),
  );
  const files = Array.from({ length: count }, (_, k) =>
    join(imageSet, all.sort()[Math.floor((k * all.length) / count)]!),
  );
  return {
    files,
    description: `${count} JPEG slices of the published image set`,
    remove: () => Promise.resolve(),
  };
}

/** JPEGs of 512 × 512 like those of the image set: a noisy ellipse on black, different in every file. */
async function generatedPictures(count: number): Promise<BenchPictures> {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-bench-'));
  const files: string[] = [];
  for (let k = 0; k < count; k++) {
    const file = join(folder, `${String(k).padStart(4, '0')}.jpg`);
    const raw = { width: 512, height: 512, channels: 1 } as const;
    await writeFile(file, await sharp(generatedHead(k), { raw }).jpeg({ quality: 90 }).toBuffer());
    files.push(file);
  }
  const remove = (): Promise<void> => rm(folder, { recursive: true });
  return { files, description: `${count} generated JPEG slices of 512 × 512`, remove };
}

function generatedHead(seed: number): Uint8Array {
  let state = seed + 1;
  const random = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const [height, width] = [180 + 40 * random(), 140 + 40 * random()];
  return Uint8Array.from({ length: 512 * 512 }, (_, i) => {
    const distance = Math.hypot((Math.floor(i / 512) - 256) / height, ((i % 512) - 256) / width);
    return distance > 1 ? 8 * random() : 60 + 60 * distance + 50 * random();
  });
}
