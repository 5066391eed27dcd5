import { describe, expect, it } from 'vitest';
import { demoReport } from './demoReport.ts';

const hostile = '<img src=x onerror="alert(1)">';

describe('demoReport', () => {
  it('shows hostile names as text', () => {
    const failure = {
      ok: false,
      error: { code: 'dicom-damaged', detail: { file: hostile, reason: hostile } },
    } as const;
    const entry = { title: hostile, outcome: failure, picture: null, heatmapPicture: null };
    const page = demoReport(hostile, [entry], [hostile]);
    expect(page).not.toContain('<img src=x');
    expect(page.match(/&lt;img src=x onerror=&quot;alert\(1\)&quot;&gt;/g)?.length).toBeGreaterThanOrEqual(4);
  });

  it('always says that it is no diagnosis', () => {
    expect(demoReport('empty', [], [])).toContain('For research use. Not a diagnosis.');
  });
});
