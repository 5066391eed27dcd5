import { describe, expect, it } from 'vitest';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { classSetText, classTexts, measuredCoverageText } from './classTexts.ts';
import { percentText } from '../../src-shared/percentTexts.ts';
import { meanText } from '../../src-shared/statistics/figureTexts.ts';
import { dicomDateText, instantText } from './dateTexts.ts';
import { countText, durationText, pointsText, positionText, valueText } from './numberTexts.ts';
import { seriesKind, seriesTitle } from './seriesTexts.ts';

describe('numbers', () => {
  it('writes a mean with its deviation, if it has one', () => {
    expect(meanText({ mean: 0.9731, standardDeviation: 0.012 }, percentText)).toBe('97.3% ± 1.2%');
    expect(meanText({ mean: 0.9731, standardDeviation: null }, percentText)).toBe('97.3%');
  });

  it('writes positions with a true minus', () => {
    expect([-36, 1.25].map(positionText)).toEqual(['−36.0 mm', '1.3 mm']);
  });

  it('writes durations in a unit that suits them', () => {
    expect([8.44, 84.4, 999.4, 1240].map(durationText)).toEqual(['8.4 ms', '84 ms', '999 ms', '1.2 s']);
  });

  it('writes differences in points with their sign', () => {
    expect([0.412, -0.393, 0.0004, -0.0004].map(pointsText)).toEqual(['+41.2', '−39.3', '0.0', '0.0']);
  });

  it('counts in singular and plural', () => {
    expect([countText(1, 'slice'), countText(20, 'slice'), countText(5000, 'study', 'studies')]).toEqual([
      '1 slice',
      '20 slices',
      '5,000 studies',
    ]);
  });

  it('writes values with three digits, very large and small ones with an exponent', () => {
    expect([0, 0.2034, 1234.5, -41, 2e6, 1e-5].map(valueText)).toEqual([
      '0',
      '0.203',
      '1230',
      '-41',
      '2.0e+6',
      '1.0e-5',
    ]);
  });
});

describe('dates', () => {
  it('reads DICOM dates and leaves what is none alone', () => {
    expect(dicomDateText('20010316')).toBe('16 Mar 2001');
    expect(dicomDateText('2001-03-16')).toBe('16 Mar 2001');
    expect([dicomDateText('unknown'), dicomDateText('20019999'), instantText('never')]).toEqual([
      'unknown',
      '20019999',
      'never',
    ]);
  });
});

describe('classes', () => {
  it('tell themselves apart by name, letter and colour', () => {
    for (const field of ['name', 'letter', 'colour'] as const)
      expect(new Set(tumourClasses.map((name) => classTexts[name][field])).size).toBe(tumourClasses.length);
  });

  it('are listed with how often such sets were right on test pictures, not on those that they were fitted on', () => {
    const coverage = (value: number, protocol: string) => ({
      ...{ name: 'coverage', value, interval: null, n: 100 },
      protocol,
    });
    const metrics = [coverage(0.9, 'validation part'), coverage(0.9421, 'test part of the grouped split')];
    expect(measuredCoverageText({ metrics, conformal: { coverage: 0.9, threshold: 0.4 } })).toBe(
      'On test pictures 94.2% of such sets were right.',
    );
    expect(measuredCoverageText({ metrics: metrics.slice(0, 1), conformal: null })).toBe('');
    expect(measuredCoverageText(undefined)).toBe('');
    // A likeliest class of four is never below a quarter: such sets have one class.
    expect(measuredCoverageText({ metrics, conformal: { coverage: 0.9, threshold: 1e-9 } })).toBe(
      'This model always names one class; on test pictures 94.2% of them were right.',
    );
  });

  it('are listed as a set', () => {
    expect(classSetText([])).toBe('');
    expect(classSetText(['no_tumor'])).toBe('At 90% coverage: No tumour alone.');
    expect(classSetText(['glioma_tumor', 'no_tumor', 'pituitary_tumor'])).toBe(
      'At 90% coverage: Glioma, No tumour or Pituitary tumour.',
    );
  });
});

describe('series', () => {
  const bare = {
    seriesDescription: null,
    seriesNumber: null,
    modality: null,
    plane: null,
    isReformatted: false,
  };

  it('has a title and a kind however little the files say', () => {
    expect([seriesTitle(bare), seriesKind(bare)]).toEqual(['Series', 'Plane unknown']);
    expect(seriesTitle({ ...bare, seriesNumber: 3, seriesDescription: ' ' })).toBe('Series 3');
    expect(seriesKind({ ...bare, plane: 'sagittal', isReformatted: true, modality: 'MR' })).toBe(
      'Sagittal, reformatted · MR',
    );
  });
});
