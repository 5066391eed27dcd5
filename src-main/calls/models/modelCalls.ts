import { basename, join } from 'node:path';
import type { modelCalls as calls } from '../../../src-shared/contract/modelCalls.ts';
import {
  fitsSlot,
  modelSlots,
  type ModelRegistryView,
  type ModelSlot,
} from '../../../src-shared/domain/modelRegistry.ts';
import { UserError } from '../../../src-shared/errors.ts';
import type { Handlers } from '../dispatch.ts';
import type { Parts } from '../Parts.ts';
import { runFolderOf } from '../runFolderOf.ts';
import { deliverModel } from './deliverModel.ts';
import { inspectModelSource } from './inspectModelSource.ts';
import { readModelHistory } from './readModelHistory.ts';
import { takeInFolder, takeInSource } from './takeInModel.ts';

type ModelCalls = Pick<Handlers, keyof typeof calls>;

/** The models at hand and what each is used for. */
export function modelCalls(parts: Parts): ModelCalls {
  const { engine, host, jobs, registry, sources, storeFolder } = parts;
  const { models } = engine;
  const changed = (): void => host.emit({ name: 'modelsChanged', payload: {} });
  const view = (): Promise<ModelRegistryView> => viewOf(parts);
  const afterChange = async (change: Promise<void>): Promise<ModelRegistryView> => {
    await change;
    changed();
    return view();
  };
  return {
    readModelRegistry: view,
    readModelHistory: async ({ model }) => ({
      epochs: await readModelHistory((await models.load(model)).folder),
    }),
    activateModel: ({ slot, model }) => afterChange(activate(parts, slot, model)),
    rollBackModel: ({ slot }) => afterChange(registry.rollBack(slot)),
    archiveModel: ({ model, isArchived }) => afterChange(archive(parts, model, isArchived)),
    inspectModelSource: ({ source }) => inspectModelSource(sources.resolve(source)),
    importModel: ({ source, name, words }) =>
      Promise.resolve(
        jobs.start<'importModel'>(async ({ signal }) => {
          const card = await takeInSource(sources.resolve(source), { name, words, signal }, parts);
          changed();
          return card;
        }),
      ),
    registerRun: ({ run, name, title }) =>
      Promise.resolve(
        jobs.start<'registerRun'>(async ({ signal }) => {
          const folder = join(runFolderOf(storeFolder, run), 'best');
          const source = `run ${basename(run)}`;
          const card = await takeInFolder(folder, { name, title, source, signal }, parts);
          changed();
          return card;
        }),
      ),
    exportModel: ({ model, format }) =>
      Promise.resolve(
        jobs.start<'exportModel'>(async () => deliverModel(await models.load(model), format, parts)),
      ),
  };
}

async function viewOf({ engine, registry }: Pick<Parts, 'engine' | 'registry'>): Promise<ModelRegistryView> {
  const damaged: ModelRegistryView['damaged'] = [];
  const entries = await registry.entries();
  const active = new Map<ModelSlot, string>();
  for (const slot of modelSlots) {
    const model = await engine.models.nameInSlot(slot);
    if (model !== null) active.set(slot, model);
  }
  const cards = await engine.models.listAll(({ detail }) =>
    damaged.push({ model: String(detail['model'] ?? ''), reason: String(detail['reason'] ?? '') }),
  );
  return {
    models: cards.map((card) => {
      const entry = entries.get(card.name);
      return {
        card,
        origin: entry === undefined ? 'shipped' : 'own',
        source: entry?.source ?? null,
        addedAt: entry?.addedAt ?? null,
        isArchived: entry?.isArchived ?? false,
        slots: modelSlots.filter((slot) => active.get(slot) === card.name),
      };
    }),
    history: await registry.history(),
    damaged,
  };
}

async function activate(
  { engine, registry }: Pick<Parts, 'engine' | 'registry'>,
  slot: ModelSlot,
  model: string | null,
): Promise<void> {
  if (model !== null) {
    const { card } = await engine.models.load(model);
    if (!fitsSlot(card, slot))
      throw new UserError('invalid-input', {
        reason: `A model for ${card.task === 'plane' ? 'naming planes' : card.subset} cannot be used for ${slot}.`,
      });
    if ((await registry.entries()).get(model)?.isArchived === true)
      throw new UserError('invalid-input', {
        reason: 'An archived model cannot be used; bring it back first.',
      });
  }
  await registry.activate(slot, model);
}

async function archive(
  { engine, registry }: Pick<Parts, 'engine' | 'registry'>,
  model: string,
  isArchived: boolean,
): Promise<void> {
  if (!(await registry.entries()).has(model)) throw new UserError('model-shipped', { model });
  if (isArchived)
    for (const slot of modelSlots)
      if ((await engine.models.nameInSlot(slot)) === model)
        throw new UserError('invalid-input', {
          reason: `It is in use for ${slot}; put another model to use there first.`,
        });
  await registry.setArchived(model, isArchived);
}
