import { readFile } from 'node:fs/promises';
import type * as Onnxruntime from 'onnxruntime-node';
import { UserError } from '../../src-shared/errors.ts';
import { gradientGraph } from '../network/gradientGraph.ts';
import { fingerprintOf } from '../network/loadModel.ts';
import { readModelWeights } from '../network/readModelWeights.ts';
import { loadRuntime } from '../runtime/loadRuntime.ts';
import type { GradientOrder, RunOrder } from './messages.ts';

type Session = Onnxruntime.InferenceSession;

/** As many models as one screen compares, and gradients of two; each takes some 100 MB while it runs. */
const sessionLimit = 6;

/** Pictures per run. A picture's maps just fit a core's cache: 32 at once cost a third more on one thread. */
const gradientBatch = 1;
const picturesPerRun = { oneThread: 1, manyThreads: 4, gpu: 32 };

/** The open sessions of one process, one for each model, provider, number of threads, and what gradients are of. */
export class Sessions {
  readonly #open = new Map<string, Promise<Session>>();

  /**
   * Runs an order in pieces that suit the provider and joins their outputs.
   *
   * @returns one array for each output name of the order
   * @throws UserError 'component-missing', 'model-damaged', 'provider-unavailable' or 'inference-failed'
   */
  async run(order: RunOrder): Promise<Float32Array<ArrayBuffer>[]> {
    const runtime = await loadRuntime();
    const session = await this.#session(order, runtime);
    const step = piecesOf(order);
    const pieces: Float32Array[][] = [];
    try {
      for (let first = 0; first < order.count; first += step) {
        pieces.push(await runPiece(session, runtime, order, first, Math.min(step, order.count - first)));
      }
    } catch (cause) {
      throw new UserError('inference-failed', { reason: firstLine(cause) }, { cause });
    }
    return order.outputNames.map((_, output) => joined(pieces.map((piece) => piece[output]!)));
  }

  #session(order: RunOrder, runtime: typeof Onnxruntime): Promise<Session> {
    const key = keyOf(order);
    const known = this.#open.get(key);
    if (known) {
      // The last one used is the last one forgotten.
      this.#open.delete(key);
      this.#open.set(key, known);
      return known;
    }
    const opening = openSession(order, runtime);
    this.#open.set(key, opening);
    // A failure is not remembered: a driver may come back, a file may be repaired.
    opening.catch(() => this.#open.delete(key));
    this.#forgetOldest();
    return opening;
  }

  #forgetOldest(): void {
    const [oldest] = this.#open;
    if (this.#open.size <= sessionLimit || !oldest) return;
    this.#open.delete(oldest[0]);
    void oldest[1].then((session) => session.release()).catch(() => undefined);
  }
}

function keyOf({ model, provider, threads, gradient }: RunOrder): string {
  const graph = gradient === null ? [] : ['gradient', ...gradient.activations, String(gradient.wantsImage)];
  return [model.fingerprint, provider, threads, ...graph].join(' ');
}

async function openSession(
  { model, provider, threads, gradient }: RunOrder,
  runtime: typeof Onnxruntime,
): Promise<Session> {
  const damaged = (reason: string, cause?: unknown): UserError =>
    new UserError('model-damaged', { model: model.name, reason }, { cause });
  const bytes = gradient === null ? await readGraph(model, damaged) : await compileGradient(gradient);
  try {
    return await runtime.InferenceSession.create(bytes, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      // Waiting threads sleep: spinning ones would take the other core from whoever decodes the next pictures.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    });
  } catch (cause) {
    if (provider === 'cpu') throw damaged(firstLine(cause), cause);
    throw new UserError('provider-unavailable', { provider, reason: firstLine(cause) }, { cause });
  }
}

async function readGraph(
  { file, fingerprint }: RunOrder['model'],
  damaged: (reason: string, cause?: unknown) => UserError,
): Promise<Uint8Array> {
  const bytes = await readFile(file).catch((cause: unknown) => {
    throw damaged('model.onnx cannot be read.', cause);
  });
  if (fingerprintOf(bytes) !== fingerprint) throw damaged('model.onnx was changed while it was in use.');
  return bytes;
}

async function compileGradient({ model, activations, wantsImage }: GradientOrder): Promise<Uint8Array> {
  const { network, weights } = await readModelWeights(model);
  return gradientGraph({ network, weights, batch: gradientBatch, activations, isImageWanted: wantsImage });
}

function piecesOf({ provider, threads, gradient }: RunOrder): number {
  if (gradient !== null) return gradientBatch;
  if (provider !== 'cpu') return picturesPerRun.gpu;
  return threads === 1 ? picturesPerRun.oneThread : picturesPerRun.manyThreads;
}

async function runPiece(
  session: Session,
  { Tensor }: typeof Onnxruntime,
  { inputs, inputName, pictureShape, outputNames, gradient }: RunOrder,
  first: number,
  count: number,
): Promise<Float32Array[]> {
  const size = pictureShape.reduce((product, length) => product * length, 1);
  const values = inputs.subarray(first * size, (first + count) * size);
  const feeds = { [inputName]: new Tensor('float32', values, [count, ...pictureShape]) };
  if (gradient !== null) {
    const { logitWeights } = gradient;
    feeds['logitWeights'] = new Tensor('float32', logitWeights, [count, logitWeights.length]);
  }
  const outputs = await session.run(feeds, outputNames);
  return outputNames.map((name) => outputs[name]!.data as Float32Array);
}

function joined(pieces: readonly Float32Array[]): Float32Array<ArrayBuffer> {
  const whole = new Float32Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let offset = 0;
  for (const piece of pieces) {
    whole.set(piece, offset);
    offset += piece.length;
  }
  return whole;
}

/** The native library's first line, without the paths of this machine. */
function firstLine(error: unknown): string {
  const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
  return line.replace(/(\/|[A-Z]:\\)[^\s:]*[/\\]/g, '').slice(0, 300);
}
