import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { ProviderName } from '../../src-shared/domain/analysis.ts';
import type {
  GradientRequest,
  GradientResult,
  InferencePort,
  InferenceRequest,
  InferenceResult,
  LoadedModel,
} from '../../src-shared/domain/inference.ts';
import { throwIfCancelled, UserError, type CancelSignal } from '../../src-shared/errors.ts';
import { gradientPrefix } from '../network/gradientGraph.ts';
import { graphFileName } from '../network/loadModel.ts';
import type { ModelFile } from '../network/readModelWeights.ts';
import type { ChildChannel, StartChild } from './ChildChannel.ts';
import type { RunOrder, RunReply } from './messages.ts';

/** How the children share the machine. */
export interface ChildPool {
  /** At most so many processes, started one by one as work piles up. */
  processes: number;
  /** Threads of a CPU session in each. */
  threads: number;
}

/** Pictures that the running processes must have answered before a further one is worth its start. */
const picturesPerStart = 16;

/**
 * One thread in each of several processes does the same work with less than several threads in one, since
 * nothing waits for the slowest thread of every operator; beyond four processes memory counts more.
 */
function poolOfMachine(): ChildPool {
  const cores = availableParallelism();
  const processes = Math.min(4, cores);
  return { processes, threads: Math.floor(cores / processes) };
}

/** What is asked of a child, before it is known which. */
type Question = Omit<RunOrder, 'id' | 'threads'>;

type Outputs = Float32Array<ArrayBuffer>[];

interface Call {
  question: Question;
  resolve(outputs: Outputs): void;
  reject(error: UserError): void;
}

interface Worker {
  channel: ChildChannel;
  /** The call that it works on; null while it is idle. */
  current: { id: number; call: Call } | null;
}

/**
 * Runs models in long-lived child processes.
 *
 * Calls wait in one queue; each process takes one at a time. A further process is started only when calls wait
 * and the running ones have proved busy, so reading a single slice costs one process. A process that dies fails
 * the call that it was working on with 'inference-stopped'; the next call starts another. GPU sessions stay in
 * the first process. Idle children do not keep the parent alive, and end when it does.
 */
export class InferenceChild implements InferencePort {
  readonly #startChild: StartChild;
  readonly #pool: ChildPool;
  readonly #workers: Worker[] = [];
  readonly #waiting: Call[] = [];
  #lastId = 0;
  #answered = 0;
  #isClosed = false;

  constructor(startChild: StartChild, pool: ChildPool = poolOfMachine()) {
    this.#startChild = startChild;
    this.#pool = pool;
  }

  /** @throws UserError 'inference-failed', 'inference-stopped', 'provider-unavailable', 'model-damaged', 'cancelled' */
  async run(request: InferenceRequest, signal?: CancelSignal): Promise<InferenceResult> {
    const { model, provider, wantsFeatures, wantsMeans = false, gradientAt = null } = request;
    const { logits, features } = model.card.outputs;
    const question = {
      ...basicsOf(request, provider),
      inputName: model.card.input.name,
      outputNames: wantsFeatures || wantsMeans ? [logits, features.name] : [logits],
      meansOf: wantsMeans ? features : null,
      gradient: null,
      answerGradient: gradientAt === null ? null : { model: fileOf(model), place: gradientAt },
    };
    const outputs = await this.#ask(question, signal);
    const [activations, gradients] = outputs.slice(question.outputNames.length);
    return {
      logits: outputs[0]!,
      features: wantsFeatures && !wantsMeans ? outputs[1]! : null,
      means: wantsMeans ? outputs[1]! : null,
      answerMaps: activations && gradients ? { activations, gradients } : null,
      provider,
    };
  }

  /** @throws UserError as `run`, and 'invalid-input' for a network that is none of ours */
  async gradients(request: GradientRequest, signal?: CancelSignal): Promise<GradientResult> {
    const { model, logitWeights, activations, wantsImage } = request;
    const question = {
      ...basicsOf(request, 'cpu'),
      inputName: 'image',
      outputNames: [
        'logits',
        ...activations.flatMap((activation) => [activation, gradientPrefix + activation]),
        ...(wantsImage ? [`${gradientPrefix}image`] : []),
      ],
      meansOf: null,
      gradient: { model: fileOf(model), activations, wantsImage, logitWeights },
      answerGradient: null,
    };
    const outputs = await this.#ask(question, signal);
    const maps = activations.map((_, place) => ({
      activations: outputs[1 + 2 * place]!,
      gradients: outputs[2 + 2 * place]!,
    }));
    return { logits: outputs[0]!, maps, image: wantsImage ? outputs.at(-1)! : new Float32Array(0) };
  }

  async #ask(question: Question, signal?: CancelSignal): Promise<Outputs> {
    throwIfCancelled(signal);
    if (this.#isClosed) throw new UserError('inference-stopped');
    const result = Promise.withResolvers<Outputs>();
    const call: Call = { question, resolve: result.resolve, reject: result.reject };
    const cancel = (): void => {
      const place = this.#waiting.indexOf(call);
      if (place >= 0) this.#waiting.splice(place, 1);
      call.reject(new UserError('cancelled'));
    };
    signal?.addEventListener('abort', cancel, { once: true });
    this.#waiting.push(call);
    this.#assign();
    return result.promise.finally(() => signal?.removeEventListener('abort', cancel));
  }

  /** Ends the children; whatever was pending fails with 'inference-stopped'. */
  close(): void {
    this.#isClosed = true;
    for (const call of this.#waiting.splice(0)) call.reject(new UserError('inference-stopped'));
    for (const { channel, current } of this.#workers.splice(0)) {
      current?.call.reject(new UserError('inference-stopped'));
      channel.kill();
    }
  }

  #assign(): void {
    for (let place = 0; place < this.#waiting.length; place++) {
      const worker = this.#idleWorker(this.#waiting[place]!);
      if (!worker) continue;
      const [call] = this.#waiting.splice(place--, 1);
      this.#send(worker, call!);
    }
  }

  #idleWorker({ question: { provider } }: Call): Worker | null {
    const candidates = provider === 'cpu' ? this.#workers : this.#workers.slice(0, 1);
    const idle = candidates.find(({ current }) => current === null);
    if (idle) return idle;
    const started = this.#workers.length;
    const isWorthStarting =
      started === 0 ||
      (provider === 'cpu' && started < this.#pool.processes && this.#answered >= started * picturesPerStart);
    return isWorthStarting ? this.#start() : null;
  }

  #start(): Worker {
    const worker: Worker = { channel: this.#startChild(), current: null };
    worker.channel.holdParent(false);
    worker.channel.onMessage((message) => this.#settle(worker, message as RunReply));
    worker.channel.onExit(() => this.#buryWorker(worker));
    this.#workers.push(worker);
    return worker;
  }

  #send(worker: Worker, call: Call): void {
    const id = ++this.#lastId;
    worker.current = { id, call };
    worker.channel.holdParent(true);
    const order: RunOrder = { id, threads: this.#pool.threads, ...call.question };
    worker.channel.post(order);
  }

  #settle(worker: Worker, reply: RunReply): void {
    if (worker.current?.id !== reply.id) return;
    const { call } = worker.current;
    worker.current = null;
    worker.channel.holdParent(false);
    if (reply.ok) {
      this.#answered += call.question.count;
      call.resolve(reply.outputs);
    } else {
      call.reject(new UserError(reply.error.code, reply.error.detail));
    }
    this.#assign();
  }

  #buryWorker(worker: Worker): void {
    const place = this.#workers.indexOf(worker);
    if (place < 0) return;
    this.#workers.splice(place, 1);
    worker.current?.call.reject(new UserError('inference-stopped'));
    this.#assign();
  }
}

/** What finds the weights again, without what a run has no use for. */
function fileOf({ name, folder, fingerprint, card }: LoadedModel): ModelFile {
  return { name, folder, fingerprint, card };
}

/** What both kinds of run have in common. */
function basicsOf(
  { model, inputs, count }: { model: LoadedModel; inputs: Float32Array<ArrayBuffer>; count: number },
  provider: ProviderName,
): Pick<Question, 'model' | 'provider' | 'pictureShape' | 'inputs' | 'count'> {
  const { inputSize } = model.card.architecture;
  return {
    model: { name: model.name, file: join(model.folder, graphFileName), fingerprint: model.fingerprint },
    provider,
    pictureShape: [1, inputSize, inputSize],
    inputs,
    count,
  };
}
