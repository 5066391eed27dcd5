import { blendHeatmap } from '../../../src-shared/imaging/blendHeatmap.ts';
import { classLabels } from '../../../src-shared/domain/tumourClass.ts';
import { displayGrey } from '../../../src-shared/imaging/greyRows.ts';
import { upsample } from '../../../src-shared/imaging/upsample.ts';
import { percentText } from '../../../src-shared/percentTexts.ts';
import { drawTextLines } from '../../images/raster/drawTextLines.ts';
import type { AnalysedInstance } from './AnalysedInstance.ts';
import { researchNotice } from './commonModules.ts';

/** Letters stay readable: a smaller slice is enlarged by a whole number. */
const leastColumns = 384;
const heatmapOpacity = 0.6;

/** [row][column][red, green, blue] */
export interface CapturePicture {
  rows: number;
  columns: number;
  values: Uint8Array<ArrayBuffer>;
}

/**
 * A slice through its own window under its heatmap, with a banner of burned-in text above: that this is research, what
 * the model answers, and which model. The banner covers nothing of the slice.
 */
export async function drawCapture(analysed: AnalysedInstance): Promise<CapturePicture> {
  const { slice, analysis } = analysed;
  const factor = Math.ceil(leastColumns / slice.columns);
  const size = { rows: slice.rows * factor, columns: slice.columns * factor };
  const picture = blended(analysed, size, factor);
  const banner = await drawTextLines(bannerLines(analysed), size.columns, Math.round(size.columns / 24));
  const rows = banner.rows + size.rows;
  const values = new Uint8Array(3 * rows * size.columns);
  banner.values.forEach((grey, pixel) => values.fill(grey, 3 * pixel, 3 * pixel + 3));
  const start = 3 * banner.values.length;
  for (let pixel = 0; 4 * pixel < picture.length; pixel++)
    values.set(picture.subarray(4 * pixel, 4 * pixel + 3), start + 3 * pixel);
  return { rows, columns: size.columns, values };

  function bannerLines({ model }: AnalysedInstance): string[] {
    const share = percentText(analysis.probabilities[analysis.class]);
    const isEmpty = analysis.heatmap?.isEmpty === true;
    const notes = [
      ...(isEmpty ? ['no positive evidence on the map'] : []),
      ...(analysis.guard.flagged ? ['unlike the training pictures'] : []),
    ];
    return [
      `${researchNotice}. Not a diagnosis.`,
      `${classLabels[analysis.class]} ${share}${notes.map((note) => `; ${note}`).join('')}`,
      `${model.title}, ${model.version}${analysis.heatmap === null ? '' : `, ${analysis.heatmap.method}: region, not outline`}`,
    ];
  }
}

function blended(
  { slice, analysis: { heatmap } }: AnalysedInstance,
  size: { rows: number; columns: number },
  factor: number,
): Uint8ClampedArray {
  const grey = displayGrey(slice, size);
  if (heatmap === null) return blendHeatmap(grey, grey, { maximum: 0, opacity: 0 });
  const { top, left, height, width } = heatmap.region;
  const region = {
    top: top * factor,
    left: left * factor,
    height: height * factor,
    width: width * factor,
  };
  return blendHeatmap(grey, upsample(heatmap.values, heatmap, size, region), {
    maximum: heatmap.maximum,
    opacity: heatmapOpacity,
  });
}
