import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import type { Engine } from '../../src-main/calls/openEngine.ts';
import { averageColour } from '../../src-main/images/averageColour.ts';
import { toModelInput } from '../../src-main/preprocess/toModelInput.ts';
import { type Slice, plainPicture } from '../../src-shared/domain/slice.ts';

/** The three bare parts that the pipeline cannot do without, each by the shortest code that does it. */
export interface BareParts {
  decode(bytes: Uint8Array): Promise<Slice>;
  preprocess(slice: Slice): Float32Array<ArrayBuffer>;
  run(input: Float32Array<ArrayBuffer>, outputs: readonly string[]): Promise<unknown>;
}

/** Opens the parts for the combined model. */
export async function openBareParts({ models }: Engine): Promise<BareParts> {
  const model = await models.load('combined');
  const session = await InferenceSession.create(`${model.folder}/model.onnx`, { intraOpNumThreads: 1 });
  return {
    async decode(bytes) {
      const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
      const channels = Uint8Array.from(data);
      const samples = info.channels === 1 ? channels : averageColour(channels, info.channels);
      return {
        ...plainPicture,
        fileName: 'slice.jpg',
        format: 'jpeg',
        rows: info.height,
        columns: info.width,
        samples,
      };
    },
    preprocess: (slice) => toModelInput(slice, model.card).values,
    run: (input, outputs) => session.run({ image: new Tensor('float32', input, [1, 1, 224, 224]) }, outputs),
  };
}

/** Decodes and runs files one after the other. */
export async function runBare(bare: BareParts, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const slice = await bare.decode(await readFile(file));
    await bare.run(bare.preprocess(slice), ['logits']);
  }
}
