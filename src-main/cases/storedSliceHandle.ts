import type { SliceHandle } from '../../src-shared/domain/collection.ts';

/** The handle of a stored slice; it lasts as long as the store. */
export function storedSliceHandle(sliceId: number): SliceHandle {
  return `stored:${sliceId}`;
}

/** The slice that a handle names, or null when it is none of ours. */
export function storedSliceId(handle: SliceHandle): number | null {
  return rowId(/^stored:(.*)$/.exec(handle)?.[1] ?? '');
}

/** A row's number as a text from outside spells it, or null. */
export function rowId(text: string): number | null {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : null;
}
