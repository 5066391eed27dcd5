import { thumbnailSide } from './headThumbnail.ts';

/** Cells of the coarse description along each side. */
const coarseSide = 8;

const dimensions = coarseSide ** 2;

/** Up to this many pictures every one is looked at; beyond, only those of the nearest lists. */
const mostForOneList = 4096;

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
 */
export class CoarseIndex {
  readonly #mean = new Float32Array(dimensions);
  readonly #spread = new Float32Array(dimensions);
  /** [picture][dimension] */
  readonly #features: Float32Array;
  readonly #centres: Float32Array;
  readonly #lists: number[][];

  constructor(thumbnails: readonly Uint8Array[]) {
    this.#features = new Float32Array(thumbnails.length * dimensions);
    for (const [i, thumbnail] of thumbnails.entries()) this.#features.set(glance(thumbnail), i * dimensions);
    this.#fitSpread(thumbnails.length);
    for (let i = 0; i < thumbnails.length; i++) this.#whiten(this.#feature(i));
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
    const best = new BestFew(count);
    for (const list of this.#nearestLists(feature, listsProbed))
      for (const i of this.#lists[list]!) if (i !== except) best.offer(i, dotAt(this.#features, i, feature));
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
  #least = -Infinity;

  constructor(size: number) {
    this.#size = size;
  }

  offer(item: number, score: number): void {
    if (score > this.#least) this.#take(item, score);
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
    if (items.length === this.#size) this.#least = scores.at(-1)!;
  }
}
