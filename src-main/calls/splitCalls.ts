import { readSplitParts } from './readSplitParts.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { deliverFile } from './deliverFile.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';
import { safeFileName } from './safeFileName.ts';
import { splitWorkspace } from './splitWorkspace.ts';

type SplitCalls = Pick<Handlers, 'makeSplit' | 'readSplitParts' | 'exportSplit'>;

/** Splits of data sets. */
export function splitCalls({ datasets, host, jobs }: Parts): SplitCalls {
  return {
    makeSplit: async (input) => {
      const workspace = await datasets.open();
      workspace.sets.find(input.dataset);
      return jobs.start<'makeSplit'>((context) => splitWorkspace(workspace, input, context));
    },
    readSplitParts: async (input) => readSplitParts(await datasets.open(), input),
    exportSplit: async ({ dataset, item }) => {
      const workspace = await datasets.open();
      const found = workspace.saved.find(dataset, 'split', item);
      return jobs.start<'exportSplit'>(() =>
        deliverFile(host, safeFileName(`${found.name}.split.json`), (file) =>
          writeDurably(file, [`${JSON.stringify(found.content)}\n`]),
        ),
      );
    },
  };
}
