import { basename, join } from 'node:path';
import type { JobResults } from '../../src-shared/contract/events.ts';
import { UserError, throwIfCancelled } from '../../src-shared/errors.ts';
import { arrangeStudies, type SliceEntry } from '../images/arrangeStudies.ts';
import type { FoundFile } from '../images/FoundFile.ts';
import { walkFiles } from '../images/walk/walkFiles.ts';
import type { Handlers } from './dispatch.ts';
import { reportFailure } from './reportFailure.ts';
import type { JobContext } from './Jobs.ts';
import { pulledName } from './pacs/pulledFolder.ts';
import type { Parts } from './Parts.ts';

type SourceCalls = Pick<Handlers, 'chooseSources' | 'listRecent' | 'openSources'>;

/** Choosing and opening files, folders and archives. */
export function sourceCalls(parts: Parts): SourceCalls {
  const { host, sources, recent, jobs } = parts;
  return {
    chooseSources: async ({ kind }) => {
      if (host.choosePaths === null) throw new UserError('not-allowed');
      const paths = await host.choosePaths(kind);
      return { sources: paths.map((path) => sources.issue(path)) };
    },
    listRecent: async () => ({ recent: host.choosePaths === null ? [] : await recent.list() }),
    openSources: async (input) => {
      const paths = input.sources.map((source) => sources.resolve(source));
      // What was pulled from an archive goes again by itself.
      const lasting = paths.filter((path) => !path.startsWith(join(parts.storeFolder, pulledName)));
      for (const path of lasting) host.pathOpened?.(path);
      if (host.choosePaths !== null && lasting.length > 0) await recent.remember(lasting);
      return jobs.start<'openSources'>((context) => openPaths(paths, parts, context));
    },
  };
}

/** Walks the paths, reads every header and arranges what was found. */
async function openPaths(
  paths: readonly string[],
  { slices }: Parts,
  { signal, progress }: JobContext,
): Promise<JobResults['openSources']> {
  const entries: SliceEntry[] = [];
  const failures: JobResults['openSources']['failures'] = [];
  const skipped: JobResults['openSources']['skipped'] = [];
  let done = 0;
  for await (const item of walkFiles(paths, {}, signal)) {
    throwIfCancelled(signal);
    if (item.kind === 'failure') failures.push({ fileName: item.fileName, frame: null, error: item.error });
    else if (item.kind === 'skipped') skipped.push({ fileName: item.fileName, reason: item.reason });
    else await register(item.file);
    progress(++done, null);
  }
  progress(done, done);
  return { studies: arrangeStudies(entries, nameOfSelection(paths)), failures, skipped };

  async function register(file: FoundFile): Promise<void> {
    try {
      entries.push(...(await slices.register(file)));
    } catch (error) {
      failures.push({ fileName: file.fileName, frame: null, error: reportFailure(error) });
    }
  }
}

function nameOfSelection(paths: readonly string[]): string {
  return paths.length === 1 ? basename(paths[0] as string) : `${paths.length} selected`;
}
