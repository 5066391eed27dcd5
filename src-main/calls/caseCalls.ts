import type { JobResults } from '../../src-shared/contract/events.ts';
import type { Handlers } from './dispatch.ts';
import type { JobContext } from './Jobs.ts';
import type { Parts } from './Parts.ts';
import { reanalyseCase } from './reanalyseCase.ts';

type CaseCalls = Pick<
  Handlers,
  | 'listCases'
  | 'listCaseIds'
  | 'listCaseFacets'
  | 'openCase'
  | 'compareStudies'
  | 'listAnswers'
  | 'reanalyseCase'
  | 'trashCases'
  | 'restoreCases'
  | 'eraseCases'
  | 'emptyTrash'
  | 'readStatistics'
>;

/** The case list, single cases and their comparison, the trash, statistics. */
export function caseCalls(parts: Parts): CaseCalls {
  const { store, jobs, slices, host } = parts;
  const changed = () => host.emit({ name: 'casesChanged', payload: {} });
  const erase = async (
    ids: readonly string[],
    { signal, progress }: JobContext,
  ): Promise<JobResults['eraseCases']> => {
    try {
      return { erased: await store.erase(ids, { signal, onProgress: progress }) };
    } finally {
      changed();
    }
  };
  return {
    listCases: (query) => store.list({ ...query, identify: true }),
    listCaseIds: async (selection) => ({ ids: await store.listIds(selection) }),
    listCaseFacets: () => store.listFacets(),
    openCase: ({ id }) => store.open(id),
    compareStudies: ({ id, studies }) => store.compareStudies(id, studies),
    listAnswers: async ({ slice }) => {
      const stored = await slices.storedHandle(slice);
      return { answers: stored === null ? [] : await store.listAnswers(stored) };
    },
    reanalyseCase: async (input) => {
      // A case that is not there is the answer to the call, not the end of a job.
      const detail = await store.open(input.id);
      return jobs.start<'reanalyseCase'>((context) => reanalyseCase(detail, input, parts, context));
    },
    trashCases: async ({ ids }) => {
      const moved = await store.trash(ids);
      changed();
      return { ids: moved };
    },
    restoreCases: async ({ ids }) => {
      const moved = await store.restore(ids);
      changed();
      return { ids: moved };
    },
    eraseCases: ({ ids }) => Promise.resolve(jobs.start<'eraseCases'>((context) => erase(ids, context))),
    emptyTrash: () =>
      Promise.resolve(jobs.start<'emptyTrash'>(async (context) => erase(await store.listTrash(), context))),
    readStatistics: (query) => store.readStatistics(query),
  };
}
