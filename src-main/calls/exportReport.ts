import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { DeliveredFile } from '../../src-shared/contract/delivery.ts';
import type { CaseDetail } from '../../src-shared/domain/cases.ts';
import type { SliceHandle } from '../../src-shared/domain/collection.ts';
import { UserError, throwIfCancelled } from '../../src-shared/errors.ts';
import type { CaseReport } from '../reports/CaseReport.ts';
import { answeredSlices, chooseTellingSlices, type AnsweredSlice } from '../reports/chooseTellingSlices.ts';
import { describeCase } from '../reports/describeCase.ts';
import { drawSlice } from '../reports/drawSlice.ts';
import { htmlOfReport } from '../reports/htmlOfReport.ts';
import { pdfOfReport } from '../reports/pdfOfReport.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { deliverFile } from './deliverFile.ts';
import type { JobContext } from './Jobs.ts';
import type { Parts } from './Parts.ts';

/** As many as a page has room for. */
const mostSlices = 4;

type Request = ParsedInput<'exportReport'>;

/**
 * Hands the report of a case to the person.
 *
 * @throws UserError 'case-unknown', 'report-without-answers', 'handle-unknown' for a slice of another case, or what
 * `deliverFile` throws
 */
export async function exportReport(
  request: Request,
  parts: Pick<Parts, 'host' | 'store' | 'engine'>,
  context: Pick<JobContext, 'signal' | 'progress'>,
): Promise<DeliveredFile> {
  const detail = await parts.store.open(request.id);
  const report = await makeReport(detail, request, parts, context);
  // A file's name is read by more people than the file: it always has the mask.
  const name = `Report ${detail.patient}.${request.format}`;
  return deliverFile(parts.host, name, async (path) => {
    const content = request.format === 'pdf' ? await pdfOfReport(report) : htmlOfReport(report);
    throwIfCancelled(context.signal);
    await writeDurably(path, [content]);
  });
}

async function makeReport(
  detail: CaseDetail,
  { isIdentified, slices: wanted }: Request,
  { host, store, engine }: Pick<Parts, 'host' | 'store' | 'engine'>,
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<CaseReport> {
  const answered = answeredSlices(detail);
  if (answered.length === 0) throw new UserError('report-without-answers');
  const chosen = wanted.length === 0 ? chooseTellingSlices(answered, mostSlices) : pick(answered, wanted);
  const options = { isIdentified, version: host.version, now: new Date(), cards: await engine.models.list() };
  const described = describeCase(detail, answered, chosen, options);
  const slices: CaseReport['slices'] = [];
  for (const [index, slice] of chosen.entries()) {
    throwIfCancelled(signal);
    const pictures = await drawSlice(await store.readSlice(slice.slice), slice.analysis.heatmap);
    slices.push({ ...described.slices[index]!, ...pictures });
    progress(index + 1, chosen.length);
  }
  return { ...described, slices };
}

function pick(answered: readonly AnsweredSlice[], wanted: readonly SliceHandle[]): AnsweredSlice[] {
  return wanted.map((handle) => {
    const slice = answered.find((one) => one.slice === handle);
    if (slice === undefined) throw new UserError('handle-unknown');
    return slice;
  });
}
