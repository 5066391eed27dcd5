import type { Slice, SliceHeader } from '../../src-shared/domain/slice.ts';

/** A readable file of one of our formats: headers at once, pixels one slice at a time. */
export interface ImageFile {
  /** One header for each picture, frame or slice of the file. */
  readonly slices: readonly SliceHeader[];
  /**
   * Decodes one slice.
   *
   * @param index - position in `slices`
   * @throws UserError when the pixels cannot be decoded
   */
  readSlice(index: number): Promise<Slice>;
}
