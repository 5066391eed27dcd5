import type { Failure } from '../../../src-shared/errors.ts';

/** How far the measurements on the page are kept for good. */
export interface Keeping {
  /** Changes wait to be acknowledged. */
  readonly isKeeping: boolean;
  /** Why the last change could not be kept; null where nothing failed. */
  readonly failure: Failure | null;
  /** Keeps now what waits. */
  keep: () => Promise<void>;
}
