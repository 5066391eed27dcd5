import { readFile } from 'node:fs/promises';
import type * as Onnxruntime from 'onnxruntime-node';
import { UserError } from '../../src-shared/errors.ts';
import { fingerprintOf } from '../network/loadModel.ts';
import { loadRuntime } from '../runtime/loadRuntime.ts';
import type { RunOrder } from './messages.ts';

type Session = Onnxruntime.InferenceSession;

/** As many models as one screen compares; each takes some 100 MB while it runs. */
const sessionLimit = 4;

/** Pictures per run. A picture's maps just fit a core's cache: 32 at once cost a third more on one thread. */
const picturesPerRun = { oneThread: 1, manyThreads: 4, gpu: 32 };

/** The open sessions of one process, one for each model, provider and number of threads. */
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
    const key = `${order.model.fingerprint} ${order.provider} ${order.threads}`;
    const known = this.#open.get(key);
    if (known) return known;
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

async function openSession(
  { model, provider, threads }: RunOrder,
  runtime: typeof Onnxruntime,
): Promise<Session> {
  const damaged = (reason: string, cause?: unknown): UserError =>
    new UserError('model-damaged', { model: model.name, reason }, { cause });
  const bytes = await readFile(model.file).catch((cause: unknown) => {
    throw damaged('model.onnx cannot be read.', cause);
  });
  if (fingerprintOf(bytes) !== model.fingerprint)
    throw damaged('model.onnx was changed while it was in use.');
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

function piecesOf({ provider, threads }: RunOrder): number {
  if (provider !== 'cpu') return picturesPerRun.gpu;
  return threads === 1 ? picturesPerRun.oneThread : picturesPerRun.manyThreads;
}

async function runPiece(
  session: Session,
  { Tensor }: typeof Onnxruntime,
  { inputs, inputName, pictureShape, outputNames }: RunOrder,
  first: number,
  count: number,
): Promise<Float32Array[]> {
  const size = pictureShape.reduce((product, length) => product * length, 1);
  const values = inputs.subarray(first * size, (first + count) * size);
  const outputs = await session.run(
    { [inputName]: new Tensor('float32', values, [count, ...pictureShape]) },
    outputNames,
  );
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
