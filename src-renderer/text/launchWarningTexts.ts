import { classNameLabels } from '../../src-shared/domain/className.ts';
import { fewPictures, type LaunchWarning } from '../../src-shared/domain/launchWarnings.ts';
import { percentText } from '../../src-shared/percentTexts.ts';
import { countText } from './numberTexts.ts';
import { subsetTexts } from './trainingTexts.ts';

/** A property, as the beginning of “… the class away”. */
function shortcutText(property: string): string {
  if (property === 'all') return 'Size, border and brightness alone give';
  return `The picture’s ${property} alone gives`;
}

/** A warning before a launch: what was found, and what to do about it. */
export function launchWarningText(warning: LaunchWarning): { title: string; advice: string } {
  switch (warning.kind) {
    case 'few-pictures':
      return {
        title: `Few pictures of ${classNameLabels[warning.class]}: ${warning.train} to train, ${warning.validation} to validate`,
        advice: `“${subsetTexts[warning.subset]}”. Below ${fewPictures} a class is learnt by heart; add pictures, or read its figures with care.`,
      };
    case 'no-test':
      return {
        title: 'No picture is left for the test',
        advice: `“${subsetTexts[warning.subset]}” will have no test figures.`,
      };
    case 'impossible':
      return {
        title: `“${subsetTexts[warning.subset]}” has no pictures to train or validate with`,
        advice: 'Are the planes labelled? Choose a label file, or another subset.',
      };
    case 'leak':
      return {
        title: `${warning.pictures} of ${warning.of} test pictures have a copy or neighbour in training`,
        advice: 'The test will flatter the model. The grouped split keeps such pictures together.',
      };
    case 'start-saw-test':
      return {
        title: `The start was trained on ${warning.pictures} of the ${warning.of} test pictures`,
        advice: `“${subsetTexts[warning.subset]}”: its test figures will not be honest. Start from other weights, or split as the start was split.`,
      };
    case 'start-unknown':
      return {
        title: 'Nobody knows which pictures the start was trained on',
        advice: 'It may have seen the test pictures; its model does not say.',
      };
    case 'shortcut':
      return {
        title: `${shortcutText(warning.property)} the class away for ${percentText(warning.accuracy)}`,
        advice: `The commonest class would be right for ${percentText(warning.majority)}. The model may learn this instead of tumours; the standard augmentation works against it.`,
      };
    case 'without-plane':
      return {
        title: `${countText(warning.pictures, 'picture')} without a known plane`,
        advice: 'They are left out of runs on one plane. Choose a label file that names the planes.',
      };
    case 'without-class':
      return {
        title: `${countText(warning.pictures, 'picture')} without a class`,
        advice: 'They are left out: neither folder nor label file gives their class.',
      };
    case 'unreadable':
      return {
        title: `${countText(warning.files, 'file')} cannot be read`,
        advice: 'They are left out.',
      };
  }
}
