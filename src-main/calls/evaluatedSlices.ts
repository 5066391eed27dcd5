import { defaultMap } from '../../src-shared/domain/mapName.ts';
import { join } from 'node:path';
import type { ExplainedSlice } from '../../src-shared/contract/evaluationCalls.ts';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import type {
  EvaluatedSlice,
  LabelReview,
  ShownSlice,
  SliceSelection,
} from '../../src-shared/domain/evaluation.ts';
import { UserError } from '../../src-shared/errors.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import { classifySlices } from './classifySlices.ts';
import { unknownPlane } from './findPlanes.ts';
import type { Parts } from './Parts.ts';
import { runFolderOf } from './runFolderOf.ts';

/** Slices of a stored evaluation, the most confident answers first, each with a handle while its file is there. */
export async function listEvaluatedSlices(
  { id, selection, offset, count }: ParsedInput<'listEvaluatedSlices'>,
  parts: Pick<Parts, 'evaluations' | 'slices'>,
): Promise<{ total: number; slices: ShownSlice[] }> {
  const store = await parts.evaluations.store();
  const { folder, slices } = store.open(id);
  const reviews = store.reviewsOf(id);
  const chosen = [...slices.keys()]
    .filter((position) => isSelected(slices[position]!, reviews.get(position) ?? null, selection))
    .sort((a, b) => slices[b]!.probability - slices[a]!.probability || a - b);
  const shown = chosen.slice(offset, offset + count).map(async (position): Promise<ShownSlice> => {
    const slice = slices[position]!;
    return {
      ...slice,
      position,
      slice: await handleOf(folder, slice, parts.slices).catch(() => null),
      review: reviews.get(position) ?? null,
    };
  });
  return { total: chosen.length, slices: await Promise.all(shown) };
}

function isSelected(
  { label, answer, otherAnswer }: EvaluatedSlice,
  review: LabelReview | null,
  selection: SliceSelection,
): boolean {
  switch (selection.kind) {
    case 'cell':
      return label === selection.label && answer === selection.answer;
    case 'mistakes':
      return label !== answer;
    case 'relabelled':
      return review !== null;
    case 'only-first':
      return otherAnswer !== null && answer === label && otherAnswer !== label;
    case 'only-second':
      return otherAnswer !== null && answer !== label && otherAnswer === label;
  }
}

/** The handle of a slice of a data set, found again by its path. @throws UserError where the file is gone */
export async function handleOf(
  folder: string,
  { path, frame }: Pick<EvaluatedSlice, 'path' | 'frame'>,
  slices: Parts['slices'],
): Promise<SliceHandle> {
  // A file inside an archive is found by walking the archive.
  const [outer = ''] = path.split('!/');
  const full = join(folder, path);
  for await (const item of walkFiles([join(folder, outer)])) {
    if (item.kind !== 'file' || item.file.path !== full) continue;
    const found = (await slices.register(item.file)).find(({ header }) => header.frame === frame);
    if (found !== undefined) return found.handle;
  }
  throw new UserError('file-not-found', { file: path.split('/').at(-1) ?? path });
}

/**
 * Asks the model of an evaluation again about one of its slices, with the heatmap of its answer.
 *
 * @throws UserError 'evaluation-unknown', 'handle-unknown', 'file-not-found', 'picture-changed', 'model-not-found',
 * 'model-changed', 'invalid-input' for a model of planes, or that of the inference
 */
export async function explainEvaluatedSlice(
  { id, position }: ParsedInput<'explainEvaluatedSlice'>,
  {
    evaluations,
    slices,
    engine,
    storeFolder,
  }: Pick<Parts, 'evaluations' | 'slices' | 'engine' | 'storeFolder'>,
): Promise<ExplainedSlice> {
  const { folder, run, report, slices: evaluated } = (await evaluations.store()).open(id);
  const slice = evaluated[position];
  if (slice === undefined) throw new UserError('handle-unknown');
  const model = await engine.models.load(
    run === null ? report.model.name : join(runFolderOf(storeFolder, run), 'best'),
  );
  if (model.fingerprint !== report.model.fingerprint)
    throw new UserError('model-changed', { model: report.model.name });
  if (model.card.task === 'plane')
    throw new UserError('invalid-input', { reason: 'A model of planes has no heatmaps.' });
  const decoded = await slices.decode(await handleOf(folder, slice, slices));
  if (decoded.content.fileHash !== slice.fileHash)
    throw new UserError('picture-changed', { file: slice.path.split('/').at(-1) ?? slice.path });
  const { plane } = slice;
  const known = plane === null ? unknownPlane : ({ plane, source: 'orientation', probability: 1 } as const);
  const options = { model: report.model.name, provider: 'auto', explain: defaultMap.method } as const;
  const [outcome] = await classifySlices([{ decoded, plane: known, model }], engine, options);
  if (outcome === undefined) throw new UserError('inference-failed');
  if (!outcome.ok) throw new UserError(outcome.error.code, outcome.error.detail);
  const { probabilities, heatmap, warnings } = outcome.value;
  const { rows, columns } = decoded.slice;
  return { probabilities, heatmap, warnings, rows, columns };
}
