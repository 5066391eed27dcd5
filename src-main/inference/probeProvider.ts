import type { ProviderReport } from '../../src-shared/contract/calls.ts';
import type { ProviderName } from '../../src-shared/domain/analysis.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import { errorText } from '../../src-shared/errorTexts.ts';
import { throwIfCancelled, toFailure, UserError, type CancelSignal } from '../../src-shared/errors.ts';
import { softmax } from '../../src-shared/statistics/softmax.ts';
import type { StartChild } from './ChildChannel.ts';
import { goldenInputs } from './goldenInputs.ts';
import { InferenceChild } from './InferenceChild.ts';

const goldenCount = 3;
const batchCount = 32;

/** A probability may differ from the CPU's by so much. */
export const tolerance = 1e-2;

/** A provider this many times slower than the CPU on one slice is not worth timing on 32. */
const hopelessFactor = 4;

/** For one run. The first compiles shaders on some drivers; beyond this a driver hangs. */
const timeLimitMs = 120_000;

/** The CPU's answers to the golden slices and its speed, for others to be compared with. */
export interface CpuReference {
  /** [picture][class] */
  probabilities: number[][];
  /** Null where only agreement is asked for. */
  speed: Speed | null;
}

/** The fastest of two warm runs, milliseconds; null where it was not worth measuring. */
interface Speed {
  oneSliceMs: number | null;
  batchMs: number | null;
}

/** What every probe needs. */
export interface ProbeParts {
  model: LoadedModel;
  /** Starts the throw-away child. */
  startChild: StartChild;
  signal?: CancelSignal | undefined;
}

/**
 * Keeps the CPU's answers to the golden slices.
 *
 * @param isTimed - also measure its speed, which takes a second or two
 * @throws UserError when not even the CPU runs this model
 */
export async function probeCpu(parts: ProbeParts, isTimed: boolean): Promise<CpuReference> {
  return withProbe('cpu', parts, async (probe) => {
    const probabilities = await probe.goldenAnswers();
    return { probabilities, speed: isTimed ? await probe.speed(Infinity) : null };
  });
}

/**
 * Tries an accelerator in a child of its own, so that a driver that crashes or hangs takes nothing with it. It is
 * usable when it loads, names the CPU's class for every golden slice, and no probability differs by more than
 * `tolerance`. It is timed where the CPU was.
 *
 * @returns a report in any case; only cancelling throws
 */
export async function probeProvider(
  provider: ProviderName,
  cpu: CpuReference,
  parts: ProbeParts,
): Promise<ProviderReport> {
  const untimed = { provider, isUsable: false, oneSliceMs: null, batchMs: null };
  try {
    return await withProbe(provider, parts, async (probe) => {
      const answers = await probe.goldenAnswers();
      const largestDifference = largestGap(answers, cpu.probabilities);
      if (!agrees(answers, cpu.probabilities)) {
        const reason = `Disagrees with the CPU by ${largestDifference.toFixed(3)} of probability.`;
        return { ...untimed, reason, largestDifference };
      }
      const agreeing = { ...untimed, isUsable: true, largestDifference };
      if (!cpu.speed) return { ...agreeing, reason: 'Agrees with the CPU.' };
      const speed = await probe.speed(hopelessFactor * (cpu.speed.oneSliceMs ?? Infinity));
      return { ...agreeing, ...speed, reason: verdict(speed, cpu.speed) };
    });
  } catch (error) {
    throwIfCancelled(parts.signal);
    return { ...untimed, reason: reasonOf(provider, error), largestDifference: null };
  }
}

/** The CPU's line in the list of providers. */
export function cpuReport({ speed }: CpuReference): ProviderReport {
  const reason = 'Always there; the others are compared with it.';
  return {
    provider: 'cpu',
    isUsable: true,
    reason,
    oneSliceMs: null,
    batchMs: null,
    ...speed,
    largestDifference: 0,
  };
}

/** Runs one provider in one throw-away child. */
class Probe {
  readonly #child: InferenceChild;
  readonly #provider: ProviderName;
  readonly #parts: ProbeParts;
  readonly #runStarted: () => void;
  readonly #golden: Float32Array<ArrayBuffer>;
  readonly #pictureSize: number;

  constructor(child: InferenceChild, provider: ProviderName, parts: ProbeParts, runStarted: () => void) {
    this.#child = child;
    this.#provider = provider;
    this.#parts = parts;
    this.#runStarted = runStarted;
    const { inputSize } = parts.model.card.architecture;
    this.#pictureSize = inputSize * inputSize;
    this.#golden = goldenInputs(goldenCount, inputSize);
  }

  /** One picture at a time: the shape of a single slice is compiled on the way, and no run takes long. */
  async goldenAnswers(): Promise<number[][]> {
    const answers: number[][] = [];
    for (let picture = 0; picture < goldenCount; picture++) {
      const input = this.#golden.slice(picture * this.#pictureSize, (picture + 1) * this.#pictureSize);
      answers.push(softmax(await this.#run(input, 1), this.#parts.model.card.temperature ?? 1));
    }
    return answers;
  }

  /** @param hopelessMs - a provider that takes longer for one slice is not asked for many */
  async speed(hopelessMs: number): Promise<Speed> {
    const oneSliceMs = await this.#time(1);
    return { oneSliceMs, batchMs: oneSliceMs > hopelessMs ? null : await this.#time(batchCount) };
  }

  async #time(count: number): Promise<number> {
    const inputs = new Float32Array(count * this.#pictureSize);
    const part = this.#golden.subarray(0, this.#pictureSize);
    for (let picture = 0; picture < count; picture++) inputs.set(part, picture * this.#pictureSize);
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const start = performance.now();
      await this.#run(inputs, count);
      times.push(performance.now() - start);
    }
    // The first run of a shape warms it up and does not count.
    return Math.min(...times.slice(1));
  }

  async #run(inputs: Float32Array<ArrayBuffer>, count: number): Promise<Float32Array> {
    const { model, signal } = this.#parts;
    this.#runStarted();
    const request = { model, provider: this.#provider, inputs, count, wantsFeatures: false };
    return (await this.#child.run(request, signal)).logits;
  }
}

async function withProbe<Result>(
  provider: ProviderName,
  parts: ProbeParts,
  use: (probe: Probe) => Promise<Result>,
): Promise<Result> {
  const child = new InferenceChild(parts.startChild, { processes: 1, threads: 1 });
  const timer = setTimeout(() => child.close(), timeLimitMs);
  try {
    return await use(new Probe(child, provider, parts, () => timer.refresh()));
  } finally {
    clearTimeout(timer);
    child.close();
  }
}

function largestGap(answers: readonly number[][], expected: readonly number[][]): number {
  const gaps = answers.flatMap((row, picture) =>
    row.map((value, index) => Math.abs(value - expected[picture]![index]!)),
  );
  return Math.max(...gaps);
}

function agrees(answers: readonly number[][], expected: readonly number[][]): boolean {
  const best = (row: readonly number[]): number => row.indexOf(Math.max(...row));
  // Written so that NaN disagrees.
  return (
    largestGap(answers, expected) <= tolerance && answers.every((row, i) => best(row) === best(expected[i]!))
  );
}

function verdict(own: Speed, cpu: Speed): string {
  const isFaster = (time: keyof Speed): boolean => own[time] !== null && own[time] < (cpu[time] ?? 0);
  const [isFasterForOne, isFasterForBatch] = [isFaster('oneSliceMs'), isFaster('batchMs')];
  if (isFasterForOne && isFasterForBatch) return 'Agrees with the CPU and is faster.';
  if (isFasterForBatch) return 'Agrees with the CPU and is faster for many slices.';
  if (isFasterForOne) return 'Agrees with the CPU and is faster for one slice.';
  return 'Agrees with the CPU but is not faster.';
}

function reasonOf(provider: ProviderName, error: unknown): string {
  const failure = toFailure(error);
  const reason = String(failure.detail['reason'] ?? '');
  if (error instanceof UserError && error.code === 'inference-stopped')
    return 'Its driver crashed or did not answer.';
  if (/shared library|cannot open shared object/i.test(reason))
    return `The libraries of ${provider} are not installed.`;
  if (/adapter|Vulkan/i.test(reason)) return 'There is no graphics adapter that it can use.';
  if (/not supported|not compiled|not enabled/i.test(reason))
    return 'This build of onnxruntime does not contain it.';
  return reason === '' ? errorText(failure).title : `${reason}.`;
}
