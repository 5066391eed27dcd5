import type { ParsedInput } from '../../src-shared/contract/calls.ts';
import type { Slice } from '../../src-shared/domain/slice.ts';
import type { ExpectedRegion } from '../../src-shared/domain/trust.ts';
import { throwIfCancelled, UserError } from '../../src-shared/errors.ts';
import { Labels, readLabels } from '../datasets/Labels.ts';
import { htmlOfDocument } from '../reports/htmlOfDocument.ts';
import { pdfOfDocument } from '../reports/pdfOfDocument.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import { auditDocument } from './auditDocument.ts';
import { auditJson } from './auditJson.ts';
import { auditModel, type AuditOutcome } from './auditModel.ts';
import { deliverFile } from './deliverFile.ts';
import type { Handlers } from './dispatch.ts';
import { masksBelow } from './outlines.ts';
import type { Parts } from './Parts.ts';

type AuditCalls = Pick<Handlers, 'auditModel' | 'exportAudit'>;

/**
 * Auditing a model from the screen; the newest audit is kept until the workstation closes.
 *
 * @param known - the outline that Review has of a picture, 1 inside, and the regions that it expects tumours in
 */
export function auditCalls(
  { jobs, sources, engine, host }: Parts,
  known: {
    outlineOf: (slice: Slice) => Promise<Uint8Array | null>;
    regions: () => Promise<readonly ExpectedRegion[]>;
  },
): AuditCalls {
  let newest: AuditOutcome | null = null;
  return {
    auditModel: ({ dataset, labels, masks, ...wanted }) =>
      Promise.resolve(
        jobs.start<'auditModel'>(async ({ signal, progress }) => {
          const maskOf = masks === null ? null : masksBelow(sources.resolve(masks));
          newest = await auditModel(
            {
              ...wanted,
              dataset: sources.resolve(dataset),
              labels: labels === null ? new Labels() : await readLabels(sources.resolve(labels)),
              split: null,
              provider: 'auto',
              regions: await known.regions(),
              outlineOf: async (path, slice) =>
                (await known.outlineOf(slice)) ?? (await maskOf?.(path, slice)) ?? null,
              signal,
              onProgress: (done) => progress(done, null),
            },
            engine,
          );
          return { document: documentOf(newest), failures: newest.failures.length };
        }),
      ),
    exportAudit: ({ format }) =>
      Promise.resolve(
        jobs.start<'exportAudit'>(async ({ signal }) => {
          const outcome = newest;
          if (outcome === null) throw new UserError('evaluation-unknown');
          return deliverFile(host, `Audit of ${outcome.model.name}.${format}`, async (path) => {
            const content = await contentOf(outcome, format);
            throwIfCancelled(signal);
            await writeDurably(path, [content]);
          });
        }),
      ),
  };
}

function documentOf(outcome: AuditOutcome): ReturnType<typeof auditDocument> {
  return auditDocument(outcome, new Date().toISOString().slice(0, 10));
}

async function contentOf(
  outcome: AuditOutcome,
  format: ParsedInput<'exportAudit'>['format'],
): Promise<string | Uint8Array> {
  if (format === 'json') return `${JSON.stringify(auditJson(outcome), null, 2)}\n`;
  const document = documentOf(outcome);
  return format === 'html' ? htmlOfDocument(document) : pdfOfDocument(document);
}
