import type { ModelCard } from '../../../src-shared/domain/modelCard.ts';

/** A program that runs the exported model on one picture, with two packages of the registry. */
export const exampleText = `// npm install onnxruntime-node sharp && node example.mjs picture.png
// The whole picture is stretched to the model's input here. Where card.json says another preprocessing, the
// application cuts and pads first, so its probabilities differ a little.
import { readFile } from 'node:fs/promises';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

const read = (name) => readFile(new URL(name, import.meta.url));
const card = JSON.parse(await read('card.json'));
const side = card.architecture.inputSize;
const grey = await sharp(process.argv[2])
  .greyscale()
  .resize(side, side, { fit: 'fill' })
  .extractChannel(0)
  .raw()
  .toBuffer();
const session = await InferenceSession.create(await read('model.onnx'));
const input = new Tensor('float32', Float32Array.from(grey), [1, 1, side, side]);
const outputs = await session.run({ [card.input.name]: input }, [card.outputs.logits]);
const logits = [...outputs[card.outputs.logits].data].map((logit) => logit / (card.temperature ?? 1));
const powers = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
const sum = powers.reduce((a, b) => a + b, 0);
console.log(JSON.stringify(Object.fromEntries(card.classes.map((name, i) => [name, powers[i] / sum]))));
`;

/** What a reader of the exported folder should know first. */
export function readmeText({
  title,
  classes,
  architecture,
  preprocessing,
  limits,
  licence,
  temperature,
}: ModelCard): string {
  return `# ${title}

For research use. Not a diagnosis.

- \`model.onnx\`: N × 1 × ${architecture.inputSize} × ${architecture.inputSize} grey values of 0…255 in, ${classes.length} logits out
  (${classes.join(', ')}). Probabilities are softmax(logits / ${temperature ?? 1}).
- \`card.json\`: everything that is known of it; preprocessing “${preprocessing.id}”, version ${preprocessing.version}.
- \`example.mjs\`: runs it on one picture: \`npm install onnxruntime-node sharp && node example.mjs picture.png\`

Licence: ${licence}.

${limits.map((limit) => `- ${limit}`).join('\n')}
`;
}
