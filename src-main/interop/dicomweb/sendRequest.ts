import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';

/** No study's answer is so long; what is longer would only fill the memory. */
const mostAnswerBytes = 2 ** 30;

/** An answer, whole. */
export interface WebAnswer {
  status: number;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

/** One request over HTTP. */
export interface WebRequest {
  url: string;
  headers: Record<string, string>;
  /** Null: GET. */
  post: Uint8Array<ArrayBuffer> | null;
  /** The only authority whose certificates count, as PEM; undefined: those of the system. */
  caCertificate: string | undefined;
  signal: AbortSignal;
}

/**
 * Sends one request and reads its answer. Redirections are answers like any other: they might lead pictures elsewhere.
 * By `node:https` and not `fetch`, which takes no authority of one's own.
 *
 * @throws Error with a `code` of the system or of TLS where there is no whole answer
 */
export function sendRequest({ url, headers, post, caCertificate, signal }: WebRequest): Promise<WebAnswer> {
  const isSecure = new URL(url).protocol === 'https:';
  const options = {
    method: post === null ? 'GET' : 'POST',
    headers: { ...headers, ...(post !== null && { 'Content-Length': post.length }) },
    signal,
  };
  return new Promise((resolve, reject) => {
    const hear = (response: IncomingMessage): void => void readAnswer(response).then(resolve, reject);
    const request = isSecure
      ? secureRequest(url, { ...options, ca: caCertificate }, hear)
      : plainRequest(url, options, hear);
    request.on('error', reject);
    request.end(post ?? undefined);
  });
}

async function readAnswer(response: IncomingMessage): Promise<WebAnswer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > mostAnswerBytes) throw new Error('The answer is too long.');
    chunks.push(chunk);
  }
  // Half an answer ends like a whole one where the server did not say how long it is to be.
  if (!response.complete) throw Object.assign(new Error('The answer is cut off.'), { code: 'ECONNRESET' });
  return {
    status: response.statusCode ?? 0,
    contentType: response.headers['content-type'] ?? '',
    body: Uint8Array.from(Buffer.concat(chunks, length)),
  };
}
