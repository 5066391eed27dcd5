import { relative, sep } from 'node:path';
import { planes, type Plane } from '../../src-shared/domain/plane.ts';
import type { PictureLabels } from '../../src-shared/domain/dataset.ts';
import { UserError, type Failure, type Outcome } from '../../src-shared/errors.ts';
import { inBatches, mapInOrder } from '../../src-shared/inOrder.ts';
import type { Labels } from '../datasets/Labels.ts';
import { labelsOfPath } from '../datasets/labelsOfPath.ts';
import type { LabelRow } from '../datasets/labelText.ts';
import type { ProviderWish } from '../inference/ProviderSelector.ts';
import { readSlices, type PathSlice } from './classifyPaths.ts';
import type { StreamItem } from './classifyStream.ts';
import { findPlanes, isCertain, unknownPlane, type FoundPlane, type PlaneTools } from './findPlanes.ts';
import { planeModelName } from './ModelLibrary.ts';

export interface LabelRequest {
  /** Absolute. */
  folder: string;
  /** What is known already; it is kept. */
  labels: Labels;
  provider: ProviderWish;
  signal?: AbortSignal;
  /** Hears how many slices are done. */
  onProgress?: (slices: number) => void;
}

/** A row for each readable file, in the walk's order, and what could not be read. */
export interface LabelOutcome {
  rows: LabelRow[];
  unreadable: { path: string; error: Failure }[];
}

/** Slices in one run of the plane model, and runs under way at once. */
const batchSizes = { first: 8, growth: 1, largest: 8 };
const batchesAtOnce = 3;

/** A slice of a file with its plane, or the failure to read it. */
interface PlacedSlice {
  path: string;
  answer: Outcome<{ fileHash: string; found: FoundPlane }>;
}

/**
 * Names the plane of every file of a data set: from labels and folders where they say it, else from the file's
 * orientation, else by the plane model. A file of several slices has the plane with the largest mean probability; one
 * below 0.6 is not written, its probability is.
 *
 * @throws UserError 'model-not-found' where no plane model is installed; 'cancelled'; that of `findPlanes`
 */
export async function labelPlanes(request: LabelRequest, tools: PlaneTools): Promise<LabelOutcome> {
  const { folder, labels, signal, onProgress } = request;
  if ((await tools.models.planeModel()) === null)
    throw new UserError('model-not-found', { model: planeModelName });
  const walk = { allSlices: false, onSkipped: () => undefined, ...(signal && { signal }) };
  const batches = inBatches(readSlices([folder], walk), batchSizes);
  const placed: PlacedSlice[] = [];
  for await (const slices of mapInOrder(batches, batchesAtOnce, (batch) =>
    placeBatch(batch, request, tools),
  )) {
    placed.push(...slices);
    onProgress?.(placed.length);
  }
  const files = [...Map.groupBy(placed, ({ path }) => path)];
  return {
    rows: files.flatMap(([path, slices]) => rowOf(path, slices, labels) ?? []),
    unreadable: placed.flatMap(({ path, answer }) => (answer.ok ? [] : [{ path, error: answer.error }])),
  };
}

async function placeBatch(
  batch: readonly StreamItem<PathSlice>[],
  { folder, labels, provider, signal }: LabelRequest,
  tools: PlaneTools,
): Promise<PlacedSlice[]> {
  const pathOf = ({ tag }: StreamItem<PathSlice>): string => relative(folder, tag.path).replaceAll(sep, '/');
  const isAsked = (item: StreamItem<PathSlice>): boolean =>
    item.decoded.ok && knownLabels(pathOf(item), item.decoded.value.content.fileHash, labels).plane === null;
  const asked = batch.filter(isAsked);
  const slices = asked.flatMap(({ decoded }) => (decoded.ok ? [decoded.value.slice] : []));
  const found = await findPlanes(slices, tools, { provider, signal });
  return batch.map((item) => {
    const { decoded } = item;
    if (!decoded.ok) return { path: pathOf(item), answer: decoded };
    const { fileHash } = decoded.value.content;
    return {
      path: pathOf(item),
      answer: { ok: true, value: { fileHash, found: found[asked.indexOf(item)] ?? unknownPlane } },
    };
  });
}

function knownLabels(path: string, fileHash: string, labels: Labels): Pick<PictureLabels, 'class' | 'plane'> {
  return { ...labelsOfPath(path), ...labels.find(path, fileHash) };
}

/** The row of a file; null where none of its slices could be read. */
function rowOf(path: string, slices: readonly PlacedSlice[], labels: Labels): LabelRow | null {
  const read = slices.flatMap(({ answer }) => (answer.ok ? [answer.value] : []));
  const [first] = read;
  if (first === undefined) return null;
  const { class: tumour, plane } = knownLabels(path, first.fileHash, labels);
  if (plane !== null) return { path, plane, class: tumour, probability: 1, source: 'label' };
  const found = meanPlane(read.map((slice) => slice.found));
  return {
    path,
    plane: isCertain(found) ? found.plane : null,
    class: tumour,
    probability: found.probability,
    source: found.source,
  };
}

/** The plane with the largest mean probability over a file's slices. */
function meanPlane(found: readonly FoundPlane[]): FoundPlane {
  const meanOf = (plane: Plane): number =>
    found.reduce((sum, each) => sum + (each.plane === plane ? each.probability : 0), 0) / found.length;
  const plane = planes.reduce((best, candidate) => (meanOf(candidate) > meanOf(best) ? candidate : best));
  const source = found.some((each) => each.source === 'model') ? 'model' : 'orientation';
  return meanOf(plane) === 0 ? unknownPlane : { plane, source, probability: meanOf(plane) };
}
