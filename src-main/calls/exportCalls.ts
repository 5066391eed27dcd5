import { UserError } from '../../src-shared/errors.ts';
import type { exportCalls as calls } from '../../src-shared/contract/exportCalls.ts';
import type { Handlers } from './dispatch.ts';
import { exportCases } from './exportCases.ts';
import { exportReport } from './exportReport.ts';
import type { Parts } from './Parts.ts';

type ExportCalls = Pick<Handlers, keyof typeof calls>;

/** Everything that ends with a file for the person. */
export function exportCalls(parts: Parts): ExportCalls {
  const { jobs } = parts;
  return {
    exportCases: (request) =>
      Promise.resolve(jobs.start<'exportCases'>((context) => exportCases(request, parts, context))),
    exportReport: (request) =>
      Promise.resolve(jobs.start<'exportReport'>((context) => exportReport(request, parts, context))),
    backUpStore: notYet,
    describeBackup: notYet,
    restoreStore: notYet,
  };
}

function notYet(): Promise<never> {
  return Promise.reject(new UserError('invalid-input', { reason: 'This call is not built yet.' }));
}
