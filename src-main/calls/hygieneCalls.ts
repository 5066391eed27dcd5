import type { Finding, FindingKind, HygieneOverview } from '../../src-shared/domain/hygiene.ts';
import { UserError } from '../../src-shared/errors.ts';
import { groupingVersion } from '../datasets/groupPictures.ts';
import { countFindings, foundIds, judgeFindings, type FoundSets } from '../datasets/hygiene/judgeFindings.ts';
import { doubtLabels, type LabelledAnswer } from '../datasets/hygiene/doubtLabels.ts';
import { measureShortcuts } from '../datasets/measureShortcuts.ts';
import { AnswerTable } from '../datasets/workspace/AnswerTable.ts';
import type { DatasetStore } from '../datasets/workspace/DatasetStore.ts';
import { HygieneTable, type ComparedSets, type Guards } from '../datasets/workspace/HygieneTable.ts';
import { askUnseenModels } from './askUnseenModels.ts';
import type { Handlers } from './dispatch.ts';
import { guardsAtHand } from './guardsAtHand.ts';
import type { Parts } from './Parts.ts';
import { scanWorkspace } from './scanWorkspace.ts';
import { readSettings } from './settingsCalls.ts';

type HygieneCalls = Pick<
  Handlers,
  'readHygiene' | 'scanHygiene' | 'judgeLabels' | 'listFindings' | 'resolveFindings'
>;

const noSets: ComparedSets = { exact: [], samePixels: [], near: [], copies: [], sliceRuns: [] };

/** What is wrong with a data set: found by a job, judged by the labels of the moment. */
export function hygieneCalls({
  datasets,
  engine,
  host,
  jobs,
  store: settings,
  storeFolder,
}: Parts): HygieneCalls {
  const lastList = new LastList();
  const lastOverview = new LastOverview();
  return {
    readHygiene: async ({ dataset }) =>
      lastOverview.read(await datasets.open(), dataset, await guardsAtHand(engine)),
    scanHygiene: async ({ dataset }) => {
      const workspace = await datasets.open();
      workspace.sets.find(dataset);
      return jobs.start<'scanHygiene'>(async (context) => {
        await scanWorkspace(workspace, dataset, engine, context);
        return overviewOf(workspace, dataset, await guardsAtHand(engine));
      });
    },
    judgeLabels: async ({ dataset }) => {
      const workspace = await datasets.open();
      workspace.sets.find(dataset);
      return jobs.start<'judgeLabels'>(async (context) => {
        await askUnseenModels(workspace, dataset, { tools: engine, storeFolder }, context);
        return overviewOf(workspace, dataset, await guardsAtHand(engine));
      });
    },
    listFindings: async ({ dataset, kind, isResolved, offset, limit }) => {
      const findings = lastList.read(await datasets.open(), dataset, kind);
      const wanted = findings.filter((finding) => finding.isResolved === isResolved);
      return { findings: wanted.slice(offset, offset + limit), total: wanted.length };
    },
    resolveFindings: async ({ dataset, kind, keys, keeper }) => {
      const workspace = await datasets.open();
      const chosen = findingsOf(workspace, dataset, kind).filter(
        ({ key, isResolved }) => !isResolved && (keys === null || keys.includes(key)),
      );
      const ids = new Set(chosen.flatMap((finding) => dropsOf(finding, keeper)));
      const { readerName } = await readSettings(settings);
      workspace.journal.change({
        dataset,
        who: readerName,
        isOwnOpinion: true,
        text: `Hygiene: ${kindTexts[kind]}`,
        wanted: { quarantine: [...ids].map((id) => [id, 'yes', 'person']) },
      });
      host.emit({ name: 'datasetChanged', payload: { dataset } });
      return { ...workspace.journal.state(dataset), findings: chosen.length, pictures: ids.size };
    },
  };
}

const kindTexts: Record<FindingKind, string> = {
  conflict: 'two classes for one picture',
  label: 'likely wrong labels',
  leak: 'twins across the folders’ split',
  exact: 'exact duplicates',
  pixels: 'pixel duplicates',
  near: 'near duplicates',
  run: 'runs of slices',
  stranger: 'strangers',
};

/** Everything but the picture that a person wants to keep, or what is suggested. */
function dropsOf({ drops, pictures }: Finding, keeper: number | null): number[] {
  if (keeper === null) return drops;
  if (!pictures.some(({ id }) => id === keeper)) throw new UserError('picture-unknown');
  return pictures.flatMap(({ id, isQuarantined }) => (id === keeper || isQuarantined ? [] : [id]));
}

function findingsOf(workspace: DatasetStore, dataset: number, kind: FindingKind): Finding[] {
  const { sets: found, table } = knowledgeOf(workspace, dataset);
  const sets = { ...found, doubts: kind === 'label' ? doubtLabels(answersFor(workspace, dataset)) : [] };
  // Of a large data set only what was found is read.
  const pictures = table.pictures(dataset, foundIds(kind, sets));
  return judgeFindings(kind, sets, (id) => pictures.get(id) ?? null);
}

function overviewOf(workspace: DatasetStore, dataset: number, guards: Guards): HygieneOverview {
  const { sets: found, comparison, table } = knowledgeOf(workspace, dataset);
  const answers = answersFor(workspace, dataset);
  const sets = { ...found, doubts: doubtLabels(answers) };
  const pictures = table.pictures(dataset);
  const groups = new Map(comparison?.groups);
  const kept = [...pictures.values()].filter(({ isQuarantined }) => !isQuarantined);
  const isCurrent =
    comparison?.fingerprint === table.fingerprint(dataset) && table.unexamined(dataset, guards).length === 0;
  return {
    state: comparison === null ? 'absent' : isCurrent ? 'current' : 'stale',
    computedAt: comparison?.computedAt ?? null,
    counts: countFindings(sets, (id) => pictures.get(id) ?? null),
    judged: {
      pictures: answers.length,
      models: [...new Set(answers.flatMap(({ models }) => models))].sort(),
    },
    unreadable: workspace.sets.unreadable(dataset, { offset: 0, limit: 1 }).total,
    shortcuts: measureShortcuts(
      kept,
      kept.map(({ id }) => groups.get(id) ?? id),
    ),
  };
}

/** The overview that was read last, for as long as nothing changes: of a hundred thousand pictures it takes a second. */
class LastOverview {
  #workspace: DatasetStore | null = null;
  #key = '';
  #overview: HygieneOverview | null = null;

  read(workspace: DatasetStore, dataset: number, guards: Guards): HygieneOverview {
    const key = `${workspace.database.version()} ${dataset} ${guards.placed} ${guards.unplaced}`;
    if (this.#overview === null || workspace !== this.#workspace || key !== this.#key) {
      this.#overview = overviewOf(workspace, dataset, guards);
      this.#workspace = workspace;
      this.#key = key;
    }
    return this.#overview;
  }
}

/** The findings that were listed last, for further pages: judging a hundred thousand pictures takes a second. */
class LastList {
  #workspace: DatasetStore | null = null;
  #key = '';
  #findings: Finding[] = [];

  read(workspace: DatasetStore, dataset: number, kind: FindingKind): Finding[] {
    const key = `${workspace.database.version()} ${dataset} ${kind}`;
    if (workspace !== this.#workspace || key !== this.#key) {
      this.#findings = findingsOf(workspace, dataset, kind);
      this.#workspace = workspace;
      this.#key = key;
    }
    return this.#findings;
  }
}

function answersFor({ database }: DatasetStore, dataset: number): LabelledAnswer[] {
  return new AnswerTable(database).labelled(dataset);
}

/** What a scan found. */
function knowledgeOf(workspace: DatasetStore, dataset: number) {
  workspace.sets.find(dataset);
  const table = new HygieneTable(workspace.database);
  const comparison = table.comparison(dataset, groupingVersion);
  const sets: Omit<FoundSets, 'doubts'> = {
    ...(comparison?.sets ?? noSets),
    strangers: table.strangers(dataset),
  };
  return { sets, comparison, table };
}
