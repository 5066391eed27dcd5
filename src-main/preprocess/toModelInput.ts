import type { SliceRegion } from '../../src-shared/domain/analysis.ts';
import type { ModelCard } from '../../src-shared/domain/modelCard.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import { greyRows } from '../../src-shared/imaging/greyRows.ts';
import { resizeRows } from '../../src-shared/imaging/resize.ts';
import { inputRegion } from './inputRegion.ts';

/** What a model reads, and the part of the slice that it shows. */
export interface ModelInput {
  /** Grey values 0…255, [row][column]; the caller's array where one was given. */
  values: Float32Array<ArrayBuffer>;
  region: SliceRegion;
}

/** What the preprocessing needs to know of a card, or is told without one. */
export interface InputRule {
  architecture: Partial<ModelCard['architecture']> & Pick<ModelCard['architecture'], 'inputSize'>;
  preprocessing: Partial<ModelCard['preprocessing']> & Pick<ModelCard['preprocessing'], 'id'>;
}

/**
 * Turns a slice into the square grey picture that a model reads; training and inference both call this.
 *
 * The rule, version 1 of each, says which part of the slice is shown: "whole-picture", "padded-square" or
 * "head-square", see `inputRegion`. That part is resized by an anti-aliased triangle filter to the input size, each
 * axis with its own scale; what of it lies beyond the slice is black. An 8-bit picture without a window is taken as it is; every other
 * goes through the file's window, or through `chooseWindow` where there is none; MONOCHROME1 is inverted, so
 * that bright is bright. Windowing comes first, since clamping and averaging do not commute.
 *
 * @param out - receives the values from `offset` on; a new array where left out
 * @throws UserError 'invalid-window' when the values span no usable range
 */
export function toModelInput(
  slice: Slice,
  { architecture, preprocessing }: InputRule,
  out?: Float32Array<ArrayBuffer>,
  offset = 0,
): ModelInput {
  const size = architecture.inputSize;
  const values = out ?? new Float32Array(size * size);
  const readRow = greyRows(slice);
  const region = inputRegion(preprocessing.id, slice, readRow);
  const isWhole = preprocessing.id === 'whole-picture';
  resizeRows(readRow, slice, { rows: size, columns: size }, values, offset, isWhole ? undefined : region);
  return { values, region };
}
