import type * as Onnxruntime from 'onnxruntime-node';
import type { ProviderName } from '../../src-shared/domain/analysis.ts';
import { UserError } from '../../src-shared/errors.ts';
import { regionMeans, type MapShape } from '../../src-shared/statistics/guard/regionMeans.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import { indexOfLargest } from '../../src-shared/statistics/indexOfLargest.ts';
import { loadRuntime } from '../runtime/loadRuntime.ts';
import { answerGraph, wholeGradientGraph } from './compileGraphs.ts';
import type { RunOrder } from './messages.ts';

type Session = Onnxruntime.InferenceSession;

type Outputs = Float32Array<ArrayBuffer>[];

/** As many models as one screen compares, and gradients of two; each takes some 100 MB while it runs. */
const sessionLimit = 6;

/** Pictures per run. A picture's maps just fit a core's cache: 32 at once cost a third more on one thread. */
const gradientBatch = 1;
const picturesPerRun = { oneThread: 1, manyThreads: 4, gpu: 32 };

/** What is open for one kind of order. */
interface Opened {
  session: Session;
  /** Takes the maps that the session gives under this name back to the gradient of the answer by them. */
  tail: { session: Session; mapsName: string; mapsShape: readonly number[] } | null;
}

/** The open sessions of one process, one for each model, provider, number of threads, and what gradients are of. */
export class Sessions {
  readonly #open = new Map<string, Promise<Opened>>();

  /**
   * Runs an order in pieces that suit the provider and joins their outputs.
   *
   * @returns one array for each output name of the order; then maps and gradient of the answer, where they can be had
   * @throws UserError 'component-missing', 'model-damaged', 'provider-unavailable' or 'inference-failed'
   */
  async run(order: RunOrder): Promise<Outputs> {
    const runtime = await loadRuntime();
    const { session, tail } = await this.#opened(order, runtime);
    const names = tail === null ? order.outputNames : [...order.outputNames, tail.mapsName];
    const step = piecesOf(order);
    const pieces: Float32Array[][] = [];
    try {
      for (let first = 0; first < order.count; first += step) {
        const count = Math.min(step, order.count - first);
        const piece = await runSession(session, feedsOf(order, first, count, runtime), names);
        if (order.meansOf !== null) {
          const maps = piece[1]!;
          piece[1] = meansOfEach(maps, count, order.meansOf);
          releaseMemory(maps);
        }
        pieces.push(piece);
      }
      const outputs = names.map((_, output) => joined(pieces.map((piece) => piece[output]!)));
      if (tail === null) return outputs;
      return [...outputs, await answerGradients(tail, outputs[0]!, outputs.at(-1)!, order, runtime)];
    } catch (cause) {
      throw new UserError('inference-failed', { reason: firstLine(cause) }, { cause });
    }
  }

  #opened(order: RunOrder, runtime: typeof Onnxruntime): Promise<Opened> {
    const key = keyOf(order);
    const known = this.#open.get(key);
    if (known) {
      // The last one used is the last one forgotten.
      this.#open.delete(key);
      this.#open.set(key, known);
      return known;
    }
    const opening = openOrder(order, runtime);
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
    void oldest[1]
      .then(({ session, tail }) => Promise.all([session.release(), tail?.session.release()]))
      .catch(() => undefined);
  }
}

function keyOf({ model, provider, threads, gradient, answerGradient }: RunOrder): string {
  const graph = gradient === null ? [] : ['gradient', ...gradient.activations, String(gradient.wantsImage)];
  return [model.fingerprint, provider, threads, answerGradient?.place ?? '', ...graph].join(' ');
}

async function openOrder(order: RunOrder, runtime: typeof Onnxruntime): Promise<Opened> {
  const { gradient, provider } = order;
  if (gradient !== null) {
    const bytes = await wholeGradientGraph(gradient, gradientBatch);
    return { session: await openSession(bytes, provider, order, runtime), tail: null };
  }
  const { bytes, tail } = await answerGraph(order);
  const session = await openSession(bytes, provider, order, runtime);
  if (tail === null) return { session, tail };
  const { mapsName, mapsShape } = tail;
  return {
    session,
    tail: { session: await openSession(tail.bytes, 'cpu', order, runtime), mapsName, mapsShape },
  };
}

async function openSession(
  bytes: Uint8Array,
  provider: ProviderName,
  { model, threads }: RunOrder,
  runtime: typeof Onnxruntime,
): Promise<Session> {
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
    const reason = firstLine(cause);
    if (provider === 'cpu') throw new UserError('model-damaged', { model: model.name, reason }, { cause });
    throw new UserError('provider-unavailable', { provider, reason }, { cause });
  }
}

function piecesOf({ provider, threads, gradient }: RunOrder): number {
  if (gradient !== null) return gradientBatch;
  if (provider !== 'cpu') return picturesPerRun.gpu;
  return threads === 1 ? picturesPerRun.oneThread : picturesPerRun.manyThreads;
}

function feedsOf(
  { inputs, inputName, pictureShape, gradient }: RunOrder,
  first: number,
  count: number,
  { Tensor }: typeof Onnxruntime,
): Record<string, Onnxruntime.Tensor> {
  const size = pictureShape.reduce((product, length) => product * length, 1);
  const values = inputs.subarray(first * size, (first + count) * size);
  const feeds = { [inputName]: new Tensor('float32', values, [count, ...pictureShape]) };
  if (gradient === null) return feeds;
  const { logitWeights } = gradient;
  return { ...feeds, logitWeights: new Tensor('float32', logitWeights, [count, logitWeights.length]) };
}

async function runSession(
  session: Session,
  feeds: Record<string, Onnxruntime.Tensor>,
  names: readonly string[],
): Promise<Float32Array[]> {
  const outputs = await session.run(feeds, names);
  return names.map((name) => outputs[name]!.data as Float32Array);
}

function meansOfEach(maps: Float32Array, count: number, shape: MapShape): Float32Array<ArrayBuffer> {
  const length = maps.length / count;
  const each = Array.from({ length: count }, (_, i) =>
    regionMeans(maps.subarray(i * length, (i + 1) * length), shape),
  );
  return joined(each);
}

/** ∂(largest logit)/∂(maps) of each picture, [picture][channel][row][column]. */
async function answerGradients(
  { session, mapsShape }: NonNullable<Opened['tail']>,
  logits: Float32Array,
  maps: Float32Array<ArrayBuffer>,
  { count }: RunOrder,
  { Tensor }: typeof Onnxruntime,
): Promise<Float32Array<ArrayBuffer>> {
  const [classes, size] = [logits.length / count, maps.length / count];
  const gradients: Float32Array[] = [];
  for (let picture = 0; picture < count; picture++) {
    const own = logits.subarray(picture * classes, (picture + 1) * classes);
    const logitWeights = new Float32Array(classes);
    logitWeights[indexOfLargest(own)] = 1;
    const feeds = {
      maps: new Tensor('float32', maps.subarray(picture * size, (picture + 1) * size), mapsShape),
      logitWeights: new Tensor('float32', logitWeights, [1, classes]),
    };
    gradients.push(...(await runSession(session, feeds, ['gradient'])));
  }
  return joined(gradients);
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
