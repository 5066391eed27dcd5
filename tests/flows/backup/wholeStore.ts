import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { everyCase, newestFirst } from '../../../src-shared/contract/caseSelection.ts';
import type { CaseDetail, CaseSummary } from '../../../src-shared/domain/cases.ts';
import type { Slice } from '../../../src-shared/domain/slice.ts';
import { syntheticRecord } from '../store/syntheticRecord.ts';

/** Everything that a person can see of a store. */
export interface WholeStore {
  cases: CaseSummary[];
  details: CaseDetail[];
  slices: Slice[];
  audit: { entries: number; firstBroken: number | null };
}

/** Records slices into a store, which is created where there is none. */
export async function fillStore(folder: string, numbers: readonly number[]): Promise<void> {
  const store = await openCaseStore(folder);
  await store.record(numbers.map((number) => syntheticRecord(number)));
  await store.close();
}

/** Reads a store from end to end; a damaged one throws. */
export async function readWholeStore(folder: string): Promise<WholeStore> {
  const store = await openCaseStore(folder);
  try {
    const everything = { search: '', filter: everyCase, sort: newestFirst, offset: 0, limit: 500 };
    const { cases } = await store.list({ ...everything, identify: true });
    const details = await Promise.all(cases.map(({ id }) => store.open(id)));
    const handles = details
      .flatMap(({ detailStudies }) => detailStudies.flatMap(({ series }) => series))
      .flatMap(({ slices }) => slices.map(({ slice }) => slice));
    const slices = await Promise.all(handles.map((handle) => store.readSlice(handle)));
    return { cases, details, slices, audit: await store.verifyAuditTrail() };
  } finally {
    await store.close();
  }
}
