import { RandomStream } from '../../statistics/RandomStream.ts';
import { clahe } from '../clahe.ts';
import { findHead } from '../findHead.ts';
import type { GreyPicture } from '../GreyPicture.ts';
import { addNoise } from './addNoise.ts';
import { adjustBrightnessContrast } from './adjustBrightnessContrast.ts';
import type { AugmentationPreset, AugmentationStep } from './augmentationPreset.ts';
import { blur } from './blur.ts';
import { flipHorizontally } from './flipHorizontally.ts';
import { jpegArtefacts } from './jpegArtefacts.ts';
import { bendTones, matchMoments, stretchPercentiles } from './normaliseIntensity.ts';
import { frameOfShare, reframe } from './reframe.ts';
import { replaceBackground } from './replaceBackground.ts';
import { warp } from './warp.ts';

/** What decides about every draw. */
export interface AugmentationKey {
  seed: number;
  epoch: number;
  /** A whole number that names the picture: its place in the run's list, or one made of its content's hash. */
  image: number;
}

/**
 * The picture as one epoch sees it: each step of the preset, in order, with its probability.
 *
 * The result depends on picture, preset and key alone. Every step draws from a stream of its own, labelled
 * (seed, epoch, image, place of the step), so a change of one step leaves the draws of the others.
 *
 * @returns a new picture of the same size; the given one where nothing happens
 */
export function augment(
  picture: GreyPicture,
  preset: AugmentationPreset,
  { seed, epoch, image }: AugmentationKey,
): GreyPicture {
  return preset.steps.reduce((changed, step, place) => {
    const random = new RandomStream(seed, epoch, image, place);
    return random.happens(step.probability) ? applyStep(changed, step, random) : changed;
  }, picture);
}

/** One step with its parameters drawn. */
export function applyStep(picture: GreyPicture, step: AugmentationStep, random: RandomStream): GreyPicture {
  const draw = ([from, to]: readonly [number, number]): number => random.between(from, to);
  switch (step.kind) {
    case 'clahe':
      return clahe(picture, { clipLimit: draw(step.clipLimit), tiles: step.tiles });
    case 'brightness':
      return adjustBrightnessContrast(picture, { brightness: draw(step.limit), contrast: 0 });
    case 'brightness-contrast':
      return adjustBrightnessContrast(picture, {
        brightness: draw(step.brightnessLimit),
        contrast: draw(step.contrastLimit),
      });
    case 'flip':
      return flipHorizontally(picture);
    case 'warp':
      return warp(picture, {
        angleDegrees: draw(step.angleDegrees),
        scale: draw(step.scale),
        shiftRight: draw(step.shift),
        shiftDown: draw(step.shift),
        fill: draw(step.fill),
      });
    case 'crop':
      return reframe(
        picture,
        frameOfShare(
          picture,
          { height: draw(step.share), width: draw(step.share) },
          { down: random.uniform(), across: random.uniform() },
        ),
        0,
      );
    case 'remove-border':
      return removeBorder(picture, draw(step.margin));
    case 'add-border':
      return addBorder(
        picture,
        [0, 1, 2, 3].map(() => draw(step.width)),
        draw(step.fill),
      );
    case 'background': {
      const head = findHead(picture);
      const background = { level: draw(step.level), noise: draw(step.noise) };
      return head === null ? picture : replaceBackground(picture, head.mask, background, random);
    }
    case 'stretch':
      return stretchPercentiles(picture, { low: draw(step.darkShare), high: 1 - draw(step.brightShare) });
    case 'moments': {
      const target = { mean: draw(step.mean), deviation: draw(step.deviation) };
      return matchMoments(picture, findHead(picture)?.mask ?? null, target);
    }
    case 'gamma':
      return bendTones(picture, draw(step.gamma));
    case 'noise':
      return addNoise(picture, draw(step.sigma), random);
    case 'blur':
      return blur(picture, draw(step.sigma));
    case 'jpeg':
      return jpegArtefacts(picture, Math.round(draw(step.quality)));
  }
}

/** Cuts to the head and a margin around it; as it is where no head is found. */
function removeBorder(picture: GreyPicture, margin: number): GreyPicture {
  const head = findHead(picture);
  if (head === null) return picture;
  const { frame } = head;
  const down = Math.round(frame.height * margin);
  const across = Math.round(frame.width * margin);
  const top = Math.max(0, frame.top - down);
  const left = Math.max(0, frame.left - across);
  const height = Math.min(picture.rows, frame.top + frame.height + down) - top;
  const width = Math.min(picture.columns, frame.left + frame.width + across) - left;
  return reframe(picture, { top, left, height, width }, 0);
}

/** Shrinks the picture into a frame of four widths, shares of the side: top, right, bottom, left. */
function addBorder(picture: GreyPicture, widths: readonly number[], fill: number): GreyPicture {
  const [top = 0, right = 0, bottom = 0, left = 0] = widths;
  const { rows, columns } = picture;
  const frame = {
    top: -Math.round(rows * top),
    left: -Math.round(columns * left),
    height: rows + Math.round(rows * top) + Math.round(rows * bottom),
    width: columns + Math.round(columns * left) + Math.round(columns * right),
  };
  return reframe(picture, frame, fill);
}
