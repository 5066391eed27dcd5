import { basename } from 'node:path';
import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { DeliveredFile } from '../../src-shared/contract/delivery.ts';
import { tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { planes, type Plane } from '../../src-shared/domain/plane.ts';
import type { EvaluatedSlice, LabelReview } from '../../src-shared/domain/evaluation.ts';
import type { ClassName } from '../../src-shared/domain/className.ts';
import { throwIfCancelled } from '../../src-shared/errors.ts';
import { labelText, type LabelRow } from '../datasets/labelText.ts';
import { encodePng } from '../images/raster/encodePng.ts';
import { pdfOfEvaluation } from '../reports/evaluation/pdfOfEvaluation.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { evaluationPage } from '../training/evaluation/evaluationPage.ts';
import type { KeptEvaluation } from '../training/evaluation/EvaluationStore.ts';
import { deliverFile } from './deliverFile.ts';
import { handleOf } from './evaluatedSlices.ts';
import { evaluationJson } from './evaluationJson.ts';
import type { JobContext } from './Jobs.ts';
import { makeThumbnail } from '../../src-shared/imaging/makeThumbnail.ts';
import type { Parts } from './Parts.ts';

const pictureSize = 200;

/** Hands an evaluation to the person. @throws UserError 'evaluation-unknown', or as `deliverFile` */
export async function exportEvaluation(
  { id, format }: ParsedInput<'exportEvaluation'>,
  parts: Pick<Parts, 'host' | 'evaluations' | 'slices'>,
  context: Pick<JobContext, 'signal'>,
): Promise<DeliveredFile> {
  const kept = (await parts.evaluations.store()).open(id);
  const { summary } = kept;
  const name = `Evaluation of ${summary.model} on ${summary.dataset}.${format}`;
  return deliverFile(parts.host, name, async (path) => {
    const content = await contentOf(kept, format, parts);
    throwIfCancelled(context.signal);
    await writeDurably(path, [content]);
  });
}

async function contentOf(
  kept: KeptEvaluation,
  format: ParsedInput<'exportEvaluation'>['format'],
  { slices }: Pick<Parts, 'slices'>,
): Promise<string | Uint8Array> {
  const { report, failures, summary } = kept;
  const createdAt = summary.createdAt.slice(0, 10);
  switch (format) {
    case 'json':
      return `${JSON.stringify(evaluationJson(report, failures), null, 2)}\n`;
    case 'pdf':
      return pdfOfEvaluation({ ...report, createdAt });
    case 'html': {
      const pictures = await picturesOfMistakes(kept, slices);
      return evaluationPage({ ...report, createdAt, pictureOf: (path) => pictures.get(path) ?? null });
    }
  }
}

/** Small pictures inside the page, so that it can be sent elsewhere; those of files that are gone are left out. */
async function picturesOfMistakes(
  { folder, report, slices: evaluated }: KeptEvaluation,
  slices: Parts['slices'],
): Promise<Map<string, string>> {
  const byName = new Map(evaluated.map((slice) => [nameOf(slice), slice]));
  const pictures = new Map<string, string>();
  for (const { path } of report.evaluation.mistakes) {
    const slice = byName.get(path);
    if (slice === undefined) continue;
    const handle = await handleOf(folder, slice, slices).catch(() => null);
    if (handle === null) continue;
    const { rows, columns, grey } = makeThumbnail(await slices.readSlice(handle), pictureSize);
    const png = Buffer.from(await encodePng(grey, { rows, columns, channels: 1 }));
    pictures.set(path, `data:image/png;base64,${png.toString('base64')}`);
  }
  return pictures;
}

/** As a mistake names its slice. */
function nameOf({ path, frame }: EvaluatedSlice): string {
  return frame === null ? path : `${path} [${frame}]`;
}

/**
 * Hands over a label file of the evaluated slices with a person's corrections: a relabelled slice gets its new label,
 * every other keeps what it had.
 */
export async function exportCorrectedLabels(
  { id }: ParsedInput<'exportCorrectedLabels'>,
  { host, evaluations }: Pick<Parts, 'host' | 'evaluations'>,
): Promise<DeliveredFile> {
  const store = await evaluations.store();
  const { folder, slices } = store.open(id);
  const reviews = store.reviewsOf(id);
  const rows = slices.map((slice, position) => correctedRow(slice, reviews.get(position) ?? null));
  return deliverFile(host, `labels of ${basename(folder)}.csv`, (path) =>
    writeDurably(path, [labelText(rows)]),
  );
}

function correctedRow({ path, label, plane }: EvaluatedSlice, review: LabelReview | null): LabelRow {
  const right = review?.kind === 'relabelled' ? review.class : label;
  return {
    path,
    plane: isPlane(right) ? right : plane,
    class: asTumourClass(right),
    probability: null,
    source: 'label',
  };
}

function isPlane(name: ClassName): name is Plane {
  return (planes as readonly ClassName[]).includes(name);
}

function asTumourClass(name: ClassName): TumourClass | null {
  return tumourClasses.find((one) => one === name) ?? null;
}
