import type { Handlers } from './dispatch.ts';
import { exportCases } from './exportCases.ts';
import type { Parts } from './Parts.ts';

type ExportCalls = Pick<Handlers, 'exportCases'>;

/** Everything that ends with a file for the person. */
export function exportCalls(parts: Parts): ExportCalls {
  const { jobs } = parts;
  return {
    exportCases: (request) =>
      Promise.resolve(jobs.start<'exportCases'>((context) => exportCases(request, parts, context))),
  };
}
