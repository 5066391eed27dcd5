import { describe, expect, it } from 'vitest';
import { WheelSteps } from './WheelSteps.ts';

function steps(turns: readonly (readonly [deltaY: number, timeStamp: number])[], deltaMode = 0): number[] {
  const wheel = new WheelSteps();
  return turns.map(([deltaY, timeStamp]) => wheel.add({ deltaY, deltaMode, timeStamp }) || 0);
}

describe('WheelSteps', () => {
  it('makes one step of a notch, whatever the browser calls it', () => {
    expect(
      steps([
        [120, 0],
        [100, 10],
        [-53, 20],
      ]),
    ).toEqual([1, 1, -1]);
    expect(
      steps(
        [
          [3, 0],
          [-3, 10],
        ],
        1,
      ),
    ).toEqual([1, -1]);
    expect(steps([[1, 0]], 2)).toEqual([1]);
  });

  it('adds up what trickles from a trackpad', () => {
    expect(
      steps([
        [15, 0],
        [15, 16],
        [15, 32],
        [35, 48],
        [45, 64],
      ]),
    ).toEqual([0, 0, 1, 1, 1]);
  });

  it('forgets the remainder when the direction turns or the fingers rest', () => {
    expect(
      steps([
        [30, 0],
        [-30, 16],
        [-15, 32],
      ]),
    ).toEqual([0, 0, -1]);
    expect(
      steps([
        [30, 0],
        [30, 1000],
        [15, 1016],
      ]),
    ).toEqual([0, 0, 1]);
  });
});
