/** A wheel event of at least this many pixels is a notch of a mouse wheel; less is a trackpad's trickle. */
const notch = 50;

/** Trackpad pixels for one step. */
const pixelsPerStep = 40;

/** What was accumulated is forgotten after a pause, so that an old trickle does not add to a new one. */
const pauseMs = 250;

/** CSS pixels for one unit of each `WheelEvent.deltaMode`: pixels, lines, pages. */
const pixelsPerUnit = [1, 20, 400] as const;

/** What of a `WheelEvent` counts. */
export interface WheelTurn {
  deltaY: number;
  deltaMode: number;
  timeStamp: number;
}

/** The turn of a wheel in CSS pixels, whatever unit the browser chose. */
export function wheelPixels({ deltaY, deltaMode }: WheelTurn): number {
  return deltaY * (pixelsPerUnit[deltaMode] ?? 1);
}

/** Turns wheel events into whole slices: a mouse's notch is one, a trackpad's small deltas add up. */
export class WheelSteps {
  #sum = 0;
  #lastMs = 0;

  /** @returns how many slices to go on (positive: downwards), mostly -1, 0 or 1 */
  add(turn: WheelTurn): number {
    const pixels = wheelPixels(turn);
    const isNew = turn.timeStamp - this.#lastMs > pauseMs || Math.sign(pixels) !== Math.sign(this.#sum);
    this.#lastMs = turn.timeStamp;
    if (Math.abs(pixels) >= notch) {
      this.#sum = 0;
      return Math.sign(pixels);
    }
    this.#sum = (isNew ? 0 : this.#sum) + pixels;
    const steps = Math.trunc(this.#sum / pixelsPerStep);
    this.#sum -= steps * pixelsPerStep;
    return steps;
  }
}
