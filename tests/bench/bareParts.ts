import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';
import type { Engine } from '../../src-main/calls/openEngine.ts';
import { averageColour } from '../../src-main/images/averageColour.ts';
import { toModelInput } from '../../src-main/preprocess/toModelInput.ts';
import { type Slice, plainPicture } from '../../src-shared/domain/slice.ts';

/** The bare parts that the pipeline cannot do without, each by the shortest code that does it. */
export interface BareParts {
  decode(bytes: Uint8Array): Promise<Slice>;
  preprocess(slice: Slice): Float32Array<ArrayBuffer>;
  /** The network of the answer. */
  run(input: Float32Array<ArrayBuffer>, outputs: readonly string[]): Promise<unknown>;
  /** The network of the plane, for pictures that do not say theirs. */
  runPlane(input: Float32Array<ArrayBuffer>): Promise<unknown>;
}

/** Opens the parts for the combined model and that of planes. */
export async function openBareParts({ models }: Engine): Promise<BareParts> {
  const model = await models.load('combined');
  const open = (folder: string): Promise<InferenceSession> =>
    InferenceSession.create(`${folder}/model.onnx`, { intraOpNumThreads: 1 });
  const [session, plane] = [await open(model.folder), await open((await models.load('plane')).folder)];
  const feeds = (input: Float32Array<ArrayBuffer>): { image: Tensor } => ({
    image: new Tensor('float32', input, [1, 1, 224, 224]),
  });
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
    run: (input, outputs) => session.run(feeds(input), outputs),
    runPlane: (input) => plane.run(feeds(input), ['logits']),
  };
}

/** Decodes and runs files one after the other. */
export async function runBare(bare: BareParts, files: readonly string[]): Promise<void> {
  for (const file of files) {
    const slice = await bare.decode(await readFile(file));
    const input = bare.preprocess(slice);
    await bare.runPlane(input);
    await bare.run(input, ['logits']);
  }
}
