import { exportFormats, exportModel, type ExportSource } from '../calls/exportModel.ts';
import { openUserEngine } from '../calls/openUserEngine.ts';
import { exitCodes, type Command } from './Command.ts';
import { Misuse } from './Misuse.ts';
import { oneOf, readArguments, resolvePath } from './readArguments.ts';
import { writeJson } from './writeJson.ts';

const options = {
  run: { type: 'string' },
  model: { type: 'string' },
  format: { type: 'string', default: 'onnx' },
  to: { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** `bratum export`: a trained or installed model as a folder for other programs. */
export const exportCommand: Command = {
  usage: `export --run DIR|--model NAME|DIR [--format ${exportFormats.join('|')}] --to DIR [--json]`,
  summary: 'Writes a model with its card into a folder of its own.',
  async run(args) {
    const { values } = readArguments(args, options);
    const format = oneOf('--format', exportFormats, values.format);
    const source = sourceOf(values.run, values.model);
    if (values.to === undefined) throw new Misuse('Say where to write the model: --to DIR.');
    const to = resolvePath(values.to);
    const engine = openUserEngine();
    try {
      const exported = await exportModel(source, format, to, engine.models);
      if (values.json) writeJson({ format, to, ...exported });
      else process.stdout.write(`${exported.model} (${format}): ${exported.files.join(', ')}\n`);
      return exitCodes.done;
    } finally {
      engine.close();
    }
  },
};

function sourceOf(run: string | undefined, model: string | undefined): ExportSource {
  if (run !== undefined && model === undefined) return { run: resolvePath(run) };
  if (model !== undefined && run === undefined)
    return { model: /[/\\.]/.test(model) ? resolvePath(model) : model };
  throw new Misuse('Name either --run or --model.');
}
