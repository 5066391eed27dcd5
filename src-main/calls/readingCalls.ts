import type { Reading } from '../../src-shared/domain/readings.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';
import { readSettings } from './settingsCalls.ts';

type ReadingCalls = Pick<
  Handlers,
  'recordReading' | 'judgeAnalysis' | 'withdrawReading' | 'listReadings' | 'revealAnswers'
>;

/** What readers conclude, in the name that the settings give. */
export function readingCalls({ store, slices, host }: Parts): ReadingCalls {
  const readerName = async (): Promise<string> => (await readSettings(store)).readerName;
  const announced = (reading: Reading): Reading => {
    host.emit({ name: 'casesChanged', payload: {} });
    return reading;
  };
  return {
    recordReading: async ({ slice, ...entry }) => {
      const stored = await slices.keep(slice);
      const reader = await readerName();
      return announced(await store.recordReading({ ...entry, slice: stored, reader, rejectedClass: null }));
    },
    judgeAnalysis: async ({ analysis, verdict }) =>
      announced(await store.judgeAnalysis(analysis, verdict, await readerName())),
    withdrawReading: async ({ reading }) =>
      announced(await store.withdrawReading(reading, await readerName())),
    listReadings: async ({ slice }) => {
      const stored = await slices.storedHandle(slice);
      return { readings: stored === null ? [] : await store.listReadings(stored) };
    },
    revealAnswers: async ({ scope, slice }) => {
      const stored = await slices.keep(slice);
      return { revealedAt: await store.revealAnswers({ scope, slice: stored, reader: await readerName() }) };
    },
  };
}
