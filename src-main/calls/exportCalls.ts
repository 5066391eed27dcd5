import { backUpStore, describeBackup, restoreStore } from './backUpStore.ts';
import type { exportCalls as calls } from '../../src-shared/contract/exportCalls.ts';
import type { Handlers } from './dispatch.ts';
import { exportCases } from './exportCases.ts';
import { exportReport } from './exportReport.ts';
import type { Parts } from './Parts.ts';

type ExportCalls = Pick<Handlers, keyof typeof calls>;

/** Everything that ends with a file for the person, and the way back from a backup. */
export function exportCalls(parts: Parts): ExportCalls {
  const { jobs, sources } = parts;
  return {
    exportCases: (request) =>
      Promise.resolve(jobs.start<'exportCases'>((context) => exportCases(request, parts, context))),
    exportReport: (request) =>
      Promise.resolve(jobs.start<'exportReport'>((context) => exportReport(request, parts, context))),
    backUpStore: () => Promise.resolve(jobs.start<'backUpStore'>((context) => backUpStore(parts, context))),
    describeBackup: ({ source }) => describeBackup(sources.resolve(source)),
    restoreStore: (request) =>
      Promise.resolve(jobs.start<'restoreStore'>((context) => restoreStore(request, parts, context))),
  };
}
