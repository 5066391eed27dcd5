import type { ExplanationMethod, ProviderName } from '../../src-shared/domain/analysis.ts';
import type { Explanation, ExplanationRequest } from '../../src-shared/domain/explanation.ts';
import type { LoadedModel } from '../../src-shared/domain/inference.ts';
import type { TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { throwIfCancelled, UserError, type Outcome } from '../../src-shared/errors.ts';
import type { AnsweredPicture, ExplainTools } from '../explain/core/Question.ts';
import { explainSlice } from '../explain/explainSlice.ts';
import { answerPictures } from './answerPictures.ts';
import { assignModels, type Assignment, type ClassifyOptions, type ClassifyTools } from './classifySlices.ts';
import type { DecodedSlice } from './OpenedSlices.ts';
import { reportFailure } from './reportFailure.ts';
import { indexOfLargest } from '../../src-shared/statistics/indexOfLargest.ts';

/** What is asked of every slice. */
export interface ExplainOptions
  extends
    Pick<ClassifyOptions, 'model' | 'provider' | 'signal'>,
    Omit<ExplanationRequest, 'method' | 'class'> {
  methods: readonly ExplanationMethod[];
  class: TumourClass | 'predicted';
}

/** One method's map of a slice, or its failure. */
export interface MethodAnswer {
  method: ExplanationMethod;
  explanation: Outcome<Explanation>;
  /** With the slice's share of the run that its batch began with. */
  elapsedMs: number;
}

/** What a model says of a slice and why. */
export interface ExplainedSlice {
  model: LoadedModel;
  /** What ran it. */
  provider: ProviderName;
  picture: AnsweredPicture;
  predicted: TumourClass;
  /** In the order of the methods asked for. */
  answers: MethodAnswer[];
}

/**
 * Explains a batch of slices by several methods. Each model in it runs once over its slices; what methods need beyond
 * that, they ask for themselves. A run that fails is the failure of its slices or its method only.
 *
 * @returns an outcome for each slice, in order
 * @throws UserError for what concerns all of them: 'model-not-found', 'provider-unavailable', 'cancelled', …
 */
export async function explainSlices(
  batch: readonly DecodedSlice[],
  tools: ClassifyTools,
  options: ExplainOptions,
): Promise<Outcome<ExplainedSlice>[]> {
  const assigned = await assignModels(batch, tools, { ...options, explain: null });
  const models = new Set(assigned.flatMap((outcome) => (outcome.ok ? [outcome.value.model] : [])));
  const explained = new Map<DecodedSlice, Outcome<ExplainedSlice>>();
  for (const model of models) {
    const share = assigned.flatMap((o) => (o.ok && o.value.model === model ? [o.value] : []));
    const outcomes = await explainShare(model, share, tools, options);
    share.forEach(({ decoded }, index) => explained.set(decoded, outcomes[index]!));
  }
  return assigned.map((outcome) => (outcome.ok ? explained.get(outcome.value.decoded)! : outcome));
}

async function explainShare(
  model: LoadedModel,
  share: readonly Assignment[],
  tools: ClassifyTools,
  options: ExplainOptions,
): Promise<Outcome<ExplainedSlice>[]> {
  const { signal } = options;
  const startedAt = performance.now();
  try {
    const slices = share.map(({ decoded }) => decoded.slice);
    const { pictures, provider } = await answerPictures(model, slices, tools, options);
    const shareMs = (performance.now() - startedAt) / pictures.length;
    const explainTools = { model, provider, inference: tools.inference, signal };
    const outcomes = pictures.map(async (picture) => {
      const value = await explainPicture(picture, explainTools, options, shareMs);
      return { ok: true, value } as const;
    });
    return await Promise.all(outcomes);
  } catch (error) {
    throwIfCancelled(signal);
    const isOfRun =
      error instanceof UserError && ['inference-failed', 'inference-stopped'].includes(error.code);
    if (!isOfRun) throw error;
    return share.map(() => ({ ok: false, error: reportFailure(error) }));
  }
}

/** Explains an answered picture by each method in turn. @param shareMs - what the answer took */
export async function explainPicture(
  picture: AnsweredPicture,
  tools: ExplainTools,
  options: Omit<ExplainOptions, 'model' | 'provider' | 'signal'>,
  shareMs = 0,
): Promise<ExplainedSlice> {
  const { logits } = picture;
  const predicted = tools.model.card.classes[indexOfLargest(logits)] as TumourClass;
  const { layer, against, samples, seed } = options;
  const wanted = options.class === 'predicted' ? predicted : options.class;
  const answers: MethodAnswer[] = [];
  for (const method of options.methods) {
    const startedAt = performance.now();
    const request = { method, layer, class: wanted, against, samples, seed };
    const explanation = await outcomeOf(explainSlice(request, picture, tools), tools);
    answers.push({ method, explanation, elapsedMs: shareMs + performance.now() - startedAt });
  }
  return { model: tools.model, provider: tools.provider, picture, predicted, answers };
}

async function outcomeOf(
  explaining: Promise<Explanation>,
  { signal }: ExplainTools,
): Promise<Outcome<Explanation>> {
  try {
    return { ok: true, value: await explaining };
  } catch (error) {
    throwIfCancelled(signal);
    return { ok: false, error: reportFailure(error) };
  }
}
