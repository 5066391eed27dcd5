import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeliveredFile } from '../../../src-shared/contract/delivery.ts';
import type { LoadedModel } from '../../../src-shared/domain/inference.ts';
import { writeDurably } from '../../storage/writeDurably.ts';
import { zipOf, type ZipContent } from '../../storage/zipOf.ts';
import { deliverFile } from '../deliverFile.ts';
import { exportModel } from '../exportModel.ts';
import type { Parts } from '../Parts.ts';
import { exampleText, readmeText } from './exampleTexts.ts';

/**
 * Hands a model to the person as one zip file: as ONNX, as a LayersModel, or as a folder with a readme and an example that
 * runs it with `onnxruntime-node` alone.
 *
 * @throws UserError as `exportModel` and `deliverFile`
 */
export async function deliverModel(
  model: LoadedModel,
  format: 'onnx' | 'tfjs' | 'folder',
  { host, engine }: Pick<Parts, 'host' | 'engine'>,
): Promise<DeliveredFile> {
  const workshop = await mkdtemp(join(tmpdir(), 'bratum-export-'));
  try {
    const folder = join(workshop, model.name);
    await exportModel({ model: model.name }, format === 'tfjs' ? 'tfjs' : 'onnx', folder, engine.models);
    const name = `${model.name}${format === 'tfjs' ? '-tfjs' : ''}.zip`;
    return await deliverFile(host, name, (path) =>
      writeDurably(path, zipOf(contents(folder, model, format === 'folder'))),
    );
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

async function* contents(
  folder: string,
  model: LoadedModel,
  hasExample: boolean,
): AsyncGenerator<ZipContent> {
  for (const name of (await readdir(folder)).sort())
    yield { name: `${model.name}/${name}`, parts: [await readFile(join(folder, name))] };
  if (!hasExample) return;
  const text = (words: string): Uint8Array[] => [new TextEncoder().encode(words)];
  yield { name: `${model.name}/README.md`, parts: text(readmeText(model.card)) };
  yield { name: `${model.name}/example.mjs`, parts: text(exampleText) };
}
