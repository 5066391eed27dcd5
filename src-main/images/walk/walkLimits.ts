const megabyte = 2 ** 20;

/** What a walk is willing to read. Above any study that we know of, below what hurts the machine. */
export interface WalkLimits {
  /** Bytes of one file, as it lies on disk or unpacked from an archive. */
  fileBytes: number;
  /** Entries of one archive. */
  archiveEntries: number;
  /** Bytes of all entries of one archive, unpacked. They are read one at a time; this only bounds the time. */
  archiveBytes: number;
  /** How many times smaller than its content a large archive, or a large entry of it, may be. */
  archiveRatio: number;
  /** What counts as large there: blank slices and masks shrink a thousandfold and are small. */
  largeBytes: number;
}

export const walkLimits: WalkLimits = {
  fileBytes: 1024 * megabyte,
  archiveEntries: 50_000,
  archiveBytes: 32 * 1024 * megabyte,
  archiveRatio: 200,
  largeBytes: 64 * megabyte,
};

/** A byte count as a person reads it. */
export function describeBytes(bytes: number): string {
  return bytes < megabyte ? `${Math.round(bytes / 1024)} kB` : `${Math.round(bytes / megabyte)} MB`;
}
