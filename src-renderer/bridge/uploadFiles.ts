import type { OpenedSource } from '../../src-shared/contract/calls.ts';
import { toFailure, UserError, type Outcome } from '../../src-shared/errors.ts';
import type { UploadOptions } from './Connection.ts';

/** So many files are on their way at once. */
const parallelUploads = 4;

/** Proves to the browser host that a request comes from our page: other sites cannot set it. */
const ownRequest = { 'x-bratum': '1' };

/**
 * Hands files to the browser host: `POST /uploads`, one `PUT` for each file with its path inside the picked
 * folder, `POST …/done`.
 *
 * @param page - address of the page
 * @returns handles of what was uploaded; 'cancelled' when the signal was aborted
 */
export async function uploadFiles(
  page: URL,
  files: readonly File[],
  { signal, onProgress }: UploadOptions = {},
): Promise<Outcome<OpenedSource[]>> {
  const request = async (method: string, path: string, body?: File): Promise<unknown> => {
    const response = await fetch(new URL(path, page), {
      method,
      headers: ownRequest,
      ...(body && { body }),
      ...(signal && { signal }),
    });
    const text = await response.text();
    const answer: unknown = text === '' ? null : JSON.parse(text);
    if (!response.ok) throw uploadError(answer);
    return answer;
  };

  const waiting = [...files];
  let done = 0;
  const uploadWaiting = async (upload: string) => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const path = encodeURIComponent(file.webkitRelativePath || file.name);
      await request('PUT', `/uploads/${upload}/files?path=${path}`, file);
      onProgress?.(++done, files.length);
    }
  };

  try {
    const { upload } = (await request('POST', '/uploads')) as { upload: string };
    await Promise.all(Array.from({ length: parallelUploads }, () => uploadWaiting(upload)));
    return (await request('POST', `/uploads/${upload}/done`)) as Outcome<OpenedSource[]>;
  } catch (error) {
    waiting.length = 0;
    return { ok: false, error: toFailure(translated(error, signal)) };
  }
}

/** The typed error that a refused request carries, if it carries one. */
function uploadError(answer: unknown): UserError {
  const outcome = answer as Outcome<never> | null;
  return outcome !== null && outcome.ok === false && typeof outcome.error === 'object'
    ? new UserError(outcome.error.code, outcome.error.detail)
    : new UserError('not-allowed');
}

/** `fetch` throws a TypeError where the server cannot be reached, and whatever the signal was aborted with. */
function translated(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted) return new UserError('cancelled', {}, { cause: error });
  if (error instanceof TypeError) return new UserError('connection-lost', {}, { cause: error });
  return error;
}
