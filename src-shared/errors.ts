/** Everything a person can act on. One closed list; each has a text in `errorTexts.ts`. */
export const errorCodes = [
  'file-not-found',
  'file-unreadable',
  'file-empty',
  'file-truncated',
  'file-too-large',
  'unknown-format',
  'image-damaged',
  'image-too-small',
  'image-too-large',
  'image-unsupported',
  'dicom-damaged',
  'dicom-no-pixel-data',
  'dicom-wrong-pixel-length',
  'dicom-unsupported-transfer-syntax',
  'dicom-unsupported-photometric-interpretation',
  'deidentification-unsafe',
  'nifti-damaged',
  'archive-damaged',
  'archive-encrypted',
  'archive-too-large',
  'archive-unsafe-path',
  'invalid-window',
  'model-not-found',
  'model-damaged',
  'method-unavailable',
  'provider-unavailable',
  'inference-failed',
  'inference-stopped',
  'picture-changed',
  'model-changed',
  'model-exists',
  'model-refused',
  'model-shipped',
  'evaluation-unknown',
  'training-diverged',
  'training-stopped',
  'run-unknown',
  'run-not-possible',
  'plan-unknown',
  'run-exists',
  'run-not-found',
  'run-damaged',
  'run-busy',
  'run-without-model',
  'store-unavailable',
  'store-from-newer-version',
  'store-busy',
  'store-damaged',
  'store-not-empty',
  'backup-damaged',
  'report-without-answers',
  'disk-full',
  'folder-unwritable',
  'folder-not-empty',
  'handle-unknown',
  'job-unknown',
  'case-unknown',
  'case-not-in-trash',
  'study-unknown',
  'analysis-unknown',
  'reading-unknown',
  'reading-superseded',
  'reading-of-somebody-else',
  'answer-was-revealed',
  'dataset-unknown',
  'picture-unknown',
  'dataset-busy',
  'saved-unknown',
  'saved-locked',
  'submission-unknown',
  'chunk-abandoned',
  'queue-unreachable',
  'fleet-store-unreachable',
  'component-missing',
  'pacs-unknown',
  'pacs-list-damaged',
  'pacs-unreachable',
  'pacs-unauthorised',
  'pacs-untrusted',
  'pacs-credentials-sealed',
  'keychain-refused',
  'pacs-refused',
  'pacs-answer-damaged',
  'pacs-nothing-there',
  'connection-lost',
  'address-in-use',
  'port-refused',
  'session-required',
  'too-many-attempts',
  'invalid-input',
  'not-allowed',
  'cancelled',
  'internal',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** Facts for the error's text: base names, numbers, syntax names. Never a patient's name or ID, never a full path. */
export type ErrorDetail = Readonly<Record<string, string | number>>;

/** An error as it crosses a process or network border. */
export interface Failure {
  code: ErrorCode;
  detail: ErrorDetail;
}

export type Outcome<Value> = { ok: true; value: Value } | { ok: false; error: Failure };

/** An error that a person can act on; everything else thrown is a bug and becomes `internal`. */
export class UserError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}, options?: ErrorOptions) {
    super(`${code} ${JSON.stringify(detail)}`, options);
    this.name = 'UserError';
    this.code = code;
    this.detail = detail;
  }
}

/** The failure that a caught value stands for; bugs become `internal` and say nothing about themselves. */
export function toFailure(error: unknown): Failure {
  if (error instanceof UserError) return { code: error.code, detail: error.detail };
  return { code: 'internal', detail: {} };
}

/** The part of an `AbortSignal` that both sides use. */
export interface CancelSignal {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Throws where a signal was aborted, so that long loops can stop between two steps. */
export function throwIfCancelled(signal: CancelSignal | undefined): void {
  if (signal?.aborted) throw new UserError('cancelled');
}
