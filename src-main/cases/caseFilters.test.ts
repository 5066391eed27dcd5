import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import {
  caseSortKeys,
  everyCase,
  newestFirst,
  type CaseFilter,
  type CaseSort,
} from '../../src-shared/contract/caseSelection.ts';
import type { CaseSummary } from '../../src-shared/domain/cases.ts';
import { tumourClasses, type TumourClass } from '../../src-shared/domain/tumourClass.ts';
import { foldText } from '../../src-shared/foldText.ts';
import { readingOf, syntheticRecord } from '../../tests/flows/store/syntheticRecord.ts';
import type { CaseStore } from './CaseStore.ts';
import { openCaseStore } from './openCaseStore.ts';

/** What the tests know about a case without asking the store's lists. */
interface Known {
  name: string;
  patientId: string;
  studyDate: string;
  day: string;
  classes: TumourClass[];
  model: string;
  readers: string[];
  agreements: string[];
  isTrashed: boolean;
}

const names = ['Ångström, Eva', 'angler, Tom', 'Müller, Zoë', 'Muster, Max', 'zander, Ida', 'Öz, Can'];
const known: Known[] = Array.from({ length: 18 }, (_, index) => ({
  name: names[index % names.length]!,
  patientId: `P-${100 + index}`,
  studyDate: `2024${String(1 + (index % 12)).padStart(2, '0')}15`,
  day: `2026-01-${String(1 + (index % 9)).padStart(2, '0')}`,
  classes: Array.from(
    { length: 1 + (index % 3) },
    (__, slice) => tumourClasses[(index * 3 + slice * slice) % 4]!,
  ),
  model: index % 4 === 0 ? 'sagittal' : 'combined',
  readers: index % 3 === 0 ? ['Ada'] : index % 5 === 0 ? ['Bob'] : [],
  agreements: [],
  isTrashed: index % 7 === 6,
}));

let folder: string;
let store: CaseStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-filters-'));
  vi.useFakeTimers({ toFake: ['Date'] });
  store = await openCaseStore(folder);
  for (const [index, one] of known.entries()) await store1(index, one);
  vi.useRealTimers();
}, 60_000);

afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** Stores one case as `known` describes it; its id is its place, counted from 1. */
async function store1(index: number, one: Known): Promise<void> {
  vi.setSystemTime(new Date(`${one.day}T12:${String(index).padStart(2, '0')}:00Z`));
  const { name: patientName, patientId, studyDate, model } = one;
  const records = one.classes.map((name, slice) =>
    syntheticRecord(10 * index + slice, {
      attributes: { patientName, patientId, studyDate },
      analysis: { class: name, model },
    }),
  );
  const stored = await store.record(records);
  for (const reader of one.readers) {
    const entry = readingOf(`stored:${stored[0]!.id}`, { reader, finding: 'glioma_tumor' });
    one.agreements.push((await store.recordReading(entry)).agreement ?? '');
  }
  if (one.isTrashed) await store.trash([String(index + 1)]);
}

const select = (filter: Partial<CaseFilter>, sort: CaseSort = newestFirst, search = '') =>
  store.list({ search, filter: { ...everyCase, ...filter }, sort, offset: 0, limit: 100, identify: true });

const idsOf = (cases: readonly CaseSummary[]) => cases.map(({ id }) => Number(id)).toSorted((a, b) => a - b);

describe('filters', () => {
  const in2024 = { of: 'study', from: '2024-03-15', to: '2024-07-14' } as const;
  const filters: [string, Partial<CaseFilter>, (one: Known) => boolean][] = [
    ['nothing', {}, () => true],
    ['a name, whatever its accents', { patient: 'MULLER' }, ({ name }) => name.startsWith('Müller')],
    ['words of name and ID', { patient: 'p-102 zoe' }, ({ patientId }) => patientId === 'P-102'],
    ['a per cent sign', { patient: '%' }, () => false],
    [
      'study dates, both days included',
      { date: in2024 },
      ({ studyDate }) => studyDate >= '20240315' && studyDate <= '20240714',
    ],
    [
      'open ends',
      { date: { of: 'study', from: null, to: '2024-02-15' } },
      ({ studyDate }) => studyDate <= '20240215',
    ],
    [
      'days of analysis',
      { date: { of: 'analysis', from: '2026-01-02', to: '2026-01-03' } },
      ({ day }) => day === '2026-01-02' || day === '2026-01-03',
    ],
    ['a class', { classes: ['pituitary_tumor'] }, ({ classes }) => classes.includes('pituitary_tumor')],
    [
      'either class',
      { classes: ['pituitary_tumor', 'no_tumor'] },
      ({ classes }) => classes.includes('pituitary_tumor') || classes.includes('no_tumor'),
    ],
    ['disagreement', { agreement: 'disagrees' }, ({ agreements }) => agreements.includes('disagrees')],
    ['agreement', { agreement: 'agrees' }, ({ agreements }) => agreements.includes('agrees')],
    ['a model', { models: ['sagittal', 'none'] }, ({ model }) => model === 'sagittal'],
    ['a reader', { readers: ['Bob'] }, ({ readers }) => readers.includes('Bob')],
    ['read', { hasReading: true }, ({ readers }) => readers.length > 0],
    ['not read', { hasReading: false }, ({ readers }) => readers.length === 0],
    [
      'several at once',
      { models: ['combined'], hasReading: true, classes: ['meningioma_tumor'] },
      ({ model, readers, classes }) =>
        model === 'combined' && readers.length > 0 && classes.includes('meningioma_tumor'),
    ],
  ];

  it.each(filters)('%s', async (_, filter, holds) => {
    for (const isTrashed of [false, true]) {
      const expected = known.flatMap((one, index) =>
        one.isTrashed === isTrashed && holds(one) ? [index + 1] : [],
      );
      const { cases, total } = await select({ ...filter, isTrashed });
      expect({ ids: idsOf(cases), total }).toEqual({ ids: expected, total: expected.length });
      const ids = await store.listIds({
        search: '',
        filter: { ...everyCase, ...filter, isTrashed },
        sort: newestFirst,
      });
      expect(ids).toEqual(cases.map(({ id }) => id));
    }
  });

  it('join the search', async () => {
    const { cases } = await select({ classes: ['no_tumor'], models: ['sagittal'] }, newestFirst, 'muller');
    expect(idsOf(cases)).toEqual(
      known.flatMap(({ name, classes, model, isTrashed }, index) =>
        name.startsWith('Müller') && classes.includes('no_tumor') && model === 'sagittal' && !isTrashed
          ? [index + 1]
          : [],
      ),
    );
  });

  it('can be set to what there is', async () => {
    const trashed = known.filter(({ isTrashed }) => isTrashed).length;
    expect(await store.listFacets()).toEqual({
      models: ['combined', 'sagittal'],
      readers: ['Ada', 'Bob'],
      cases: known.length - trashed,
      trashed,
    });
  });
});

describe('order', () => {
  const leading = ({ classes }: Known): number => {
    const counts = tumourClasses.map((name) => classes.filter((one) => one === name).length);
    return counts.indexOf(Math.max(...counts));
  };
  const keys: Record<CaseSort['by'], (one: Known) => string | number> = {
    updated: ({ day }) => day,
    created: ({ day }) => day,
    patient: ({ name }) => foldText(name),
    class: leading,
    slices: ({ classes }) => classes.length,
  };

  it.each(caseSortKeys)('by %s goes both ways, in pages too', async (by) => {
    const { cases } = await select({}, { by, direction: 'ascending' });
    const values = cases.map(({ id }) => keys[by](known[Number(id) - 1]!));
    expect(values).toEqual(values.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
    const sort = { by, direction: 'descending' } as const;
    expect((await select({}, sort)).cases).toEqual(cases.toReversed());
    const page = await store.list({ search: '', sort, offset: 5, limit: 4, identify: true });
    expect(page).toEqual({ cases: cases.toReversed().slice(5, 9), total: cases.length });
  });
});

it('shows how many slices have which class', async () => {
  for (const { id, classCounts, lastClass } of (await select({})).cases) {
    const { classes } = known[Number(id) - 1]!;
    expect(classCounts).toEqual(
      Object.fromEntries(tumourClasses.map((name) => [name, classes.filter((one) => one === name).length])),
    );
    expect(lastClass).toBe(classes.at(-1));
  }
});
