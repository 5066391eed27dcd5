import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type {
  DeidentificationPreview,
  DeidentifiedDelivery,
} from '../../src-shared/contract/deidentificationCalls.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import type { WalkItem } from '../images/FoundFile.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { zipOf, type ZipContent } from '../storage/zipOf.ts';
import { DeidentificationTally } from './DeidentificationTally.ts';
import { deidentifyFiles } from './deidentifyFiles.ts';
import { deliverFile } from './deliverFile.ts';
import type { Handlers } from './dispatch.ts';
import type { JobContext } from './Jobs.ts';
import type { Parts } from './Parts.ts';

type DeidentificationCalls = Pick<Handlers, 'previewDeidentification' | 'deidentify'>;
type Request = ParsedInput<'deidentify'>;

/** DICOM files that go out without their patients. */
export function deidentificationCalls(parts: Parts): DeidentificationCalls {
  const { jobs } = parts;
  return {
    previewDeidentification: (request) =>
      Promise.resolve(jobs.start<'previewDeidentification'>((context) => preview(request, parts, context))),
    deidentify: (request) =>
      Promise.resolve(jobs.start<'deidentify'>((context) => deliver(request, parts, context))),
  };
}

async function preview(
  request: Request,
  { slices }: Pick<Parts, 'slices'>,
  context: JobContext,
): Promise<DeidentificationPreview> {
  const run = new DeidentificationRun(request, slices, context);
  const files = run.files();
  while ((await files.next()).done !== true) throwIfCancelled(context.signal);
  return run.outcome();
}

async function deliver(
  request: Request,
  { host, slices }: Pick<Parts, 'host' | 'slices'>,
  context: JobContext,
): Promise<DeidentifiedDelivery> {
  const run = new DeidentificationRun(request, slices, context);
  const name = `de-identified ${new Date().toISOString().slice(0, 10)}.zip`;
  const delivered = await deliverFile(host, name, (path) => writeDurably(path, zipOf(run.oneOrMore())));
  return { ...delivered, ...run.outcome() };
}

/** One pass over the files of a request. */
class DeidentificationRun {
  readonly #request: Request;
  readonly #context: JobContext;
  readonly #found: WalkItem[];
  readonly #tally = new DeidentificationTally(true);
  readonly #problems: Pick<DeidentificationPreview, 'failures' | 'skipped'> = { failures: [], skipped: [] };

  constructor(request: Request, slices: Parts['slices'], context: JobContext) {
    this.#request = request;
    this.#context = context;
    this.#found = slices.filesOf(request.slices).map((file) => ({ kind: 'file', file }));
  }

  /** As `files`. @throws UserError 'invalid-input' at the end where there were none */
  async *oneOrMore(): AsyncGenerator<ZipContent> {
    yield* this.files();
    if (this.outcome().report.files === 0)
      throw new UserError('invalid-input', { reason: 'No DICOM picture is among them.' });
  }

  /** The files that can be de-identified. */
  async *files(): AsyncGenerator<ZipContent> {
    const { signal, progress } = this.#context;
    const total = this.#found.length;
    let done = 0;
    progress(done, total);
    for await (const item of deidentifyFiles(this.#found, this.#request.options, signal)) {
      const { fileName } = item;
      if (item.kind === 'failure') this.#problems.failures.push({ fileName, frame: null, error: item.error });
      else if (item.kind === 'skipped') this.#problems.skipped.push({ fileName, reason: item.reason });
      else {
        this.#tally.add(item.result);
        yield { name: item.name, parts: item.result.parts };
      }
      progress(++done, total);
    }
  }

  outcome(): DeidentificationPreview {
    return { report: this.#tally.report(), ...this.#problems };
  }
}
