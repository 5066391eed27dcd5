import { principalAxes } from '../../src-shared/statistics/guard/principalAxes.ts';
import { thumbnailSide } from './headThumbnail.ts';

/** Cells of the coarse description along each side. */
const coarseSide = 8;

const dimensions = coarseSide ** 2;

/** Up to this many pictures every one is looked at; beyond, only those of the nearest lists. */
const mostForOneList = 4096;

/** Axes along which two glances are compared first, and pictures that they are fitted to. */
const [sketchedAxes, mostForAxes] = [16, 2048];

/** Longer than every error of rounding in a sketch. */
const sketchMargin = 1e-4;

const sketchLength = sketchedAxes + 1;

const trainingRounds = 6;

/** Pictures for each list that the centres are fitted to. */
const trainedPerList = 64;

/** How many of the lists a search looks into. */
const listsProbed = 12;

/**
 * Finds, for a thumbnail, the few others that it resembles at a glance, without comparing all with all.
 *
 * A glance is the mean grey of 8 × 8 cells, each in units of its own spread over the set and the whole at norm 1,
 * so that where heads differ counts, and size, sharpness, a small crop and brightness do not. More than a few
 * thousand are kept in about √n lists, by k-means (an inverted file; Jégou, Douze and Schmid 2011, section 4), and
 * a search looks into the nearest twelve: about n^1.5 work in all. Everything is in fixed order, so the same
 * pictures give the same answer.
 *
 * Most pictures are ruled out by a sketch, the glance along its sixteen principal axes q and the length of the rest r,
 * which bounds the likeness of two glances from above (Cauchy and Schwarz):
 *
 *     a · b ≤ Σ (a · q) (b · q) + r(a) r(b),   r(a)² = |a|² − Σ (a · q)²
 */
export class CoarseIndex {
  readonly #mean = new Float32Array(dimensions);
  readonly #spread = new Float32Array(dimensions);
  /** [picture][dimension] */
  readonly #features: Float32Array;
  /** [axis][dimension]; empty for few pictures, which are told apart without. */
  readonly #axes: Float64Array;
  /** [picture][axis], then the length of the rest. */
  readonly #sketches: Float32Array;
  readonly #centres: Float32Array;
  readonly #lists: number[][];

  constructor(thumbnails: readonly Uint8Array[]) {
    this.#features = new Float32Array(thumbnails.length * dimensions);
    for (const [i, thumbnail] of thumbnails.entries()) this.#features.set(glance(thumbnail), i * dimensions);
    this.#fitSpread(thumbnails.length);
    for (let i = 0; i < thumbnails.length; i++) this.#whiten(this.#feature(i));
    this.#axes = this.#fitAxes(thumbnails.length);
    this.#sketches = new Float32Array(thumbnails.length * sketchLength);
    for (let i = 0; i < thumbnails.length; i++)
      this.#sketches.set(sketchOf(this.#feature(i), this.#axes), i * sketchLength);
    const count = thumbnails.length <= mostForOneList ? 1 : Math.ceil(Math.sqrt(thumbnails.length));
    this.#centres = this.#fitCentres(thumbnails.length, count);
    this.#lists = Array.from({ length: count }, () => []);
    for (let i = 0; i < thumbnails.length; i++)
      this.#lists[this.#nearestLists(this.#feature(i), 1)[0]!]!.push(i);
  }

  /**
   * The pictures most like a thumbnail, the likest first.
   *
   * @param except - a picture not to answer with, itself for instance
   */
  nearest(thumbnail: Uint8Array, count: number, except: number): number[] {
    const feature = glance(thumbnail);
    this.#whiten(feature);
    const sketch = sketchOf(feature, this.#axes);
    const best = new BestFew(count);
    for (const list of this.#nearestLists(feature, listsProbed))
      for (const i of this.#lists[list]!)
        if (i !== except && mostAlike(this.#sketches, i, sketch) > best.least)
          best.offer(i, dotAt(this.#features, i, feature));
    return best.items;
  }

  #feature(i: number): Float32Array {
    return this.#features.subarray(i * dimensions, (i + 1) * dimensions);
  }

  #fitSpread(count: number): void {
    const [mean, spread] = [this.#mean, this.#spread];
    const features = this.#features;
    for (let i = 0; i < features.length; i++) mean[i % dimensions]! += features[i]! / count;
    for (let i = 0; i < features.length; i++)
      spread[i % dimensions]! += (features[i]! - mean[i % dimensions]!) ** 2 / count;
    for (const [k, variance] of spread.entries()) spread[k] = Math.sqrt(variance) || 1;
  }

  #whiten(feature: Float32Array): void {
    for (let k = 0; k < dimensions; k++) feature[k] = (feature[k]! - this.#mean[k]!) / this.#spread[k]!;
    toNormOne(feature);
  }

  #fitAxes(count: number): Float64Array {
    const sample = Math.min(count, mostForAxes);
    // Fewer points than dimensions have no such axes, and are soon compared.
    if (sample < 2 * dimensions) return new Float64Array(0);
    const points = Array.from({ length: sample }, (_, s) => this.#feature(Math.floor((s * count) / sample)));
    return principalAxes(points, dimensions, sketchedAxes).axes;
  }

  /** Spherical k-means from evenly spaced pictures, on an evenly spaced part of the set. */
  #fitCentres(pictures: number, count: number): Float32Array {
    const centres = new Float32Array(count * dimensions);
    const at = (k: number, of: number): number => Math.floor((k * pictures) / of);
    for (let k = 0; k < count; k++)
      if (pictures > 0) centres.set(this.#feature(at(k, count)), k * dimensions);
    const sample = Math.min(pictures, count * trainedPerList);
    for (let round = 0; count > 1 && round < trainingRounds; round++) {
      const sums = new Float32Array(centres.length);
      for (let s = 0; s < sample; s++) {
        const feature = this.#feature(at(s, sample));
        const list = nearestTo(centres, feature, 1)[0]! * dimensions;
        for (let k = 0; k < dimensions; k++) sums[list + k]! += feature[k]!;
      }
      for (let k = 0; k < count; k++) {
        const sum = sums.subarray(k * dimensions, (k + 1) * dimensions);
        if (toNormOne(sum)) centres.set(sum, k * dimensions);
      }
    }
    return centres;
  }

  #nearestLists(feature: Float32Array, count: number): number[] {
    return this.#centres.length === dimensions ? [0] : nearestTo(this.#centres, feature, count);
  }
}

/** Mean grey of 8 × 8 cells, at mean 0 and norm 1. */
function glance(thumbnail: Uint8Array): Float32Array {
  const cell = thumbnailSide / coarseSide;
  const out = new Float32Array(dimensions);
  for (let row = 0, i = 0; row < thumbnailSide; row++) {
    const line = Math.floor(row / cell) * coarseSide;
    for (let column = 0; column < thumbnailSide; column++, i++)
      out[line + Math.floor(column / cell)]! += thumbnail[i]!;
  }
  const mean = out.reduce((sum, value) => sum + value, 0) / dimensions;
  for (let k = 0; k < dimensions; k++) out[k]! -= mean;
  toNormOne(out);
  return out;
}

/** @returns whether there was anything to scale */
function toNormOne(values: Float32Array): boolean {
  let squares = 0;
  for (let k = 0; k < values.length; k++) squares += values[k]! * values[k]!;
  if (squares === 0) return false;
  const factor = 1 / Math.sqrt(squares);
  for (let k = 0; k < values.length; k++) values[k]! *= factor;
  return true;
}

/** A glance along the axes, and the length of the rest, which holds all where there are no axes. */
function sketchOf(feature: Float32Array, axes: Float64Array): Float64Array {
  const sketch = new Float64Array(sketchLength);
  let rest = sketchMargin;
  for (let k = 0; k < dimensions; k++) rest += feature[k]! * feature[k]!;
  for (let axis = 0; axis * dimensions < axes.length; axis++) {
    let along = 0;
    for (let k = 0; k < dimensions; k++) along += axes[axis * dimensions + k]! * feature[k]!;
    sketch[axis] = along;
    rest -= along * along;
  }
  sketch[sketchedAxes] = Math.sqrt(Math.max(rest, sketchMargin));
  return sketch;
}

/** What the likeness of a picture and a glance cannot exceed. */
function mostAlike(sketches: Float32Array, index: number, sketch: Float64Array): number {
  const start = index * sketchLength;
  let [even, odd] = [0, 0];
  for (let k = 0; k < sketchedAxes; k += 2) {
    even += sketches[start + k]! * sketch[k]!;
    odd += sketches[start + k + 1]! * sketch[k + 1]!;
  }
  return even + odd + sketches[start + sketchedAxes]! * sketch[sketchedAxes]! + sketchMargin;
}

/** In four sums, of which none waits for another. */
function dotAt(table: Float32Array, index: number, feature: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  for (let k = 0, i = index * dimensions; k < dimensions; k += 4, i += 4) {
    first += table[i]! * feature[k]!;
    second += table[i + 1]! * feature[k + 1]!;
    third += table[i + 2]! * feature[k + 2]!;
    fourth += table[i + 3]! * feature[k + 3]!;
  }
  return first + second + (third + fourth);
}

function nearestTo(table: Float32Array, feature: Float32Array, count: number): number[] {
  const best = new BestFew(count);
  for (let i = 0; i < table.length / dimensions; i++) best.offer(i, dotAt(table, i, feature));
  return best.items;
}

/** Keeps the `size` items with the highest scores; of equal ones the first that came. */
class BestFew {
  readonly items: number[] = [];
  readonly #scores: number[] = [];
  readonly #size: number;
  /** The score that the next one must exceed. */
  least = -Infinity;

  constructor(size: number) {
    this.#size = size;
  }

  offer(item: number, score: number): void {
    if (score > this.least) this.#take(item, score);
  }

  #take(item: number, score: number): void {
    const { items } = this;
    const scores = this.#scores;
    let place = items.length;
    while (place > 0 && scores[place - 1]! < score) place--;
    items.splice(place, 0, item);
    scores.splice(place, 0, score);
    if (items.length > this.#size) {
      items.pop();
      scores.pop();
    }
    if (items.length === this.#size) this.least = scores.at(-1)!;
  }
}
