import type { GuardResult } from '../../src-shared/domain/analysis.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { Plane } from '../../src-shared/domain/plane.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { CancelSignal } from '../../src-shared/errors.ts';
import { releaseMemory } from '../../src-shared/releaseMemory.ts';
import { guardResultOfMeans, unguarded } from '../inference/guardResult.ts';
import { toModelInputs } from '../preprocess/toModelInputs.ts';
import { findPlanes, isCertain, type PlaneTools } from './findPlanes.ts';
import { combinedModelName } from './ModelLibrary.ts';
import { RunTogether } from './RunTogether.ts';

/** What a model says of a slice of a data set. */
export interface ExaminedSlice {
  /** The known one, else the plane model's where it is sure. */
  plane: Plane | null;
  guard: GuardResult;
  /** Whose guard it is; null where no model was asked. */
  guardedBy: LoadedModel | null;
}

/** Slices in one run. */
const mostTogether = 8;

/**
 * Looks at each slice of a data set with one run of one model: where the plane is unknown the plane model names it and
 * its guard judges, else the combined model's guard does. Slices that are asked for at the same time run together.
 */
export class SliceExaminer {
  readonly #tools: PlaneTools;
  readonly #placed: RunTogether<Slice, ExaminedSlice>;
  readonly #unplaced: RunTogether<Slice, ExaminedSlice>;

  constructor(tools: PlaneTools, signal?: CancelSignal) {
    this.#tools = tools;
    this.#placed = new RunTogether((slices) => judge(slices, tools, signal), mostTogether);
    this.#unplaced = new RunTogether((slices) => place(slices, tools, signal), mostTogether);
  }

  /** Loads the models, so that a damaged one is not taken for a fault of each picture. @throws UserError 'model-damaged' */
  async prepare(): Promise<void> {
    await this.#tools.models.planeModel();
    await combinedModel(this.#tools);
  }

  /**
   * @param plane - of the slice, where it is known
   * @throws UserError 'model-damaged', 'provider-unavailable', 'inference-failed', 'inference-stopped', 'cancelled',
   * 'invalid-window'
   */
  async examine(slice: Slice, plane: Plane | null): Promise<ExaminedSlice> {
    if (plane === null) return this.#unplaced.ask(slice);
    return { ...(await this.#placed.ask(slice)), plane };
  }
}

function combinedModel({ models }: PlaneTools): Promise<LoadedModel> | null {
  return models.isInstalled(combinedModelName) ? models.load(combinedModelName) : null;
}

async function place(
  slices: readonly Slice[],
  tools: PlaneTools,
  signal?: CancelSignal,
): Promise<ExaminedSlice[]> {
  const found = await findPlanes(slices, tools, { provider: 'auto', signal });
  const model = await tools.models.planeModel();
  return found.map((answer) => ({
    plane: isCertain(answer) ? answer.plane : null,
    guard: (answer.plane === null ? undefined : answer.guard) ?? unguarded,
    guardedBy: model,
  }));
}

/** The verdict of the combined model's guard; nothing is run where it has none. */
async function judge(
  slices: readonly Slice[],
  tools: PlaneTools,
  signal?: CancelSignal,
): Promise<ExaminedSlice[]> {
  const model = await combinedModel(tools);
  if (model === null || model.guard === null)
    return slices.map(() => ({ plane: null, guard: unguarded, guardedBy: null }));
  const count = slices.length;
  const { provider } = await tools.providers.select(model, 'auto', count === 1 ? 'slice' : 'batch', signal);
  const length = model.card.architecture.inputSize ** 2;
  const { inputs } = toModelInputs(slices, model.card);
  const request = { model, provider, inputs, count, wantsFeatures: false, wantsMeans: true };
  const { means } = await tools.inference.run(request, signal);
  const meansLength = means!.length / count;
  const answers = slices.map((_, i) => ({
    plane: null,
    guard: guardResultOfMeans(
      means!.subarray(i * meansLength, (i + 1) * meansLength),
      inputs.subarray(i * length, (i + 1) * length),
      model,
    ),
    guardedBy: model,
  }));
  releaseMemory(inputs);
  return answers;
}
