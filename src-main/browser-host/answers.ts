import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { ErrorCode } from '../../src-shared/errors.ts';
import { errorMessage } from '../../src-shared/errorTexts.ts';
import { reportFailure } from '../calls/reportFailure.ts';
import type { Download } from './Downloads.ts';

const statuses: Partial<Record<ErrorCode, number>> = {
  'session-required': 401,
  'not-allowed': 403,
  'file-not-found': 404,
  'handle-unknown': 404,
  'file-too-large': 413,
  'too-many-attempts': 429,
  internal: 500,
  'disk-full': 507,
};

/** Answers with a JSON document. */
export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body));
}

/** Answers with a file for the browser's download folder (RFC 6266), which is gone from here afterwards. */
export async function answerDownload(response: ServerResponse, download: Download): Promise<void> {
  const { name, bytes, file, remove } = download;
  try {
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': bytes,
      'content-disposition': `attachment; filename*=UTF-8''${encodeRfc5987(name)}`,
    });
    await pipeline(file.createReadStream(), response);
  } finally {
    await remove();
  }
}

/** RFC 5987, 3.2.1: `encodeURIComponent` leaves some characters that must be encoded in a header. */
function encodeRfc5987(text: string): string {
  return encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Answers with a failed `Outcome`; a person who typed an address reads a sentence instead. */
export function answerFailure(request: IncomingMessage, response: ServerResponse, cause: unknown): void {
  // Whoever hung up, or had half an answer, cannot be told.
  if (request.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  const error = reportFailure(cause);
  const status = statuses[error.code] ?? 400;
  if (request.headers.accept?.includes('text/html') === true) {
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' });
    response.end(`${errorMessage(error)}\n`);
  } else {
    answerJson(response, { ok: false, error }, status);
  }
}
