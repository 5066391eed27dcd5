import type { MeasurementVersion } from '../../src-shared/domain/measurements.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';
import { readSettings } from './settingsCalls.ts';

type MeasurementCalls = Pick<Handlers, 'recordMeasurements' | 'listMeasurements'>;

/** What readers measure, in the name that the settings give. */
export function measurementCalls({ store, slices, host }: Parts): MeasurementCalls {
  return {
    recordMeasurements: async ({ slice, marks }) => {
      // A slice that nobody stored and nothing is left on stays unstored.
      const stored = marks.length > 0 ? await slices.keep(slice) : await slices.storedHandle(slice);
      if (stored === null) return { version: 0 };
      const { readerName: reader } = await readSettings(store);
      const newest = await store.recordMeasurements({ slice: stored, marks, reader });
      host.emit({ name: 'casesChanged', payload: {} });
      return { version: newest?.version ?? 0 };
    },
    listMeasurements: async ({ slices: asked }) => {
      const measurements: MeasurementVersion[] = [];
      for (const slice of asked) {
        const stored = await slices.storedHandle(slice);
        const newest = stored === null ? null : await store.newestMeasurements(stored);
        if (newest !== null) measurements.push({ ...newest, slice });
      }
      return { measurements };
    },
  };
}
