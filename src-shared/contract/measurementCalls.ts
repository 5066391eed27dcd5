import { z } from 'zod';
import { pointCounts, type MeasurementKind, type MeasurementVersion } from '../domain/measurements.ts';
import { call, handle } from './callDefinition.ts';

const coordinate = z.number().min(0).max(65_536);

const markOf = <Kind extends MeasurementKind>(kind: Kind) =>
  z.object({
    kind: z.literal(kind),
    points: z.array(z.object({ x: coordinate, y: coordinate })).length(pointCounts[kind]),
  });

/** One of each kind has its own number of points. */
const mark = z.discriminatedUnion('kind', [markOf('length'), markOf('angle'), markOf('ellipse')]);

/** Calls about what is measured on slices. The reader is the one named in the settings. */
export const measurementCalls = {
  /**
   * Keeps all that is measured on a slice as a new version, unless the newest one says the same; the slice is stored
   * where it was not.
   *
   * @returns the newest version's number; 0 where nothing ever was measured
   */
  recordMeasurements: call<{ version: number }>()(z.object({ slice: handle, marks: z.array(mark).max(500) })),
  /** The newest version of each slice that has one. `slice` is spelled as it was asked. */
  listMeasurements: call<{ measurements: MeasurementVersion[] }>()(
    z.object({ slices: z.array(handle).min(1).max(100_000) }),
  ),
} as const;
