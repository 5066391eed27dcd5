import { UserError } from '../../../src-shared/errors.ts';
import type { Credentials } from '../Credentials.ts';
import { withRetries, type RetryPolicy } from '../withRetries.ts';

const passingStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);

/** How requests are sent. */
export interface WebOptions {
  credentials?: Credentials;
  signal?: AbortSignal;
  /** For one request and its answer. */
  timeoutMs?: number;
  retries?: RetryPolicy;
}

/** An answer, whole. */
export interface WebAnswer {
  status: number;
  contentType: string;
  body: Uint8Array<ArrayBuffer>;
}

/** HTTP requests to one service: signed in, timed, tried again, their failures in our words. */
export class WebRequests {
  readonly #root: string;
  readonly #name: string;
  readonly #options: WebOptions;

  /** @param name - of the server, for messages */
  constructor(root: string, name: string, options: WebOptions) {
    this.#root = root.replace(/\/+$/, '');
    this.#name = name;
    this.#options = options;
  }

  /**
   * @param allowed - statuses beside 2xx that are answers, too
   * @throws UserError 'cancelled', 'pacs-unreachable', 'pacs-unauthorised', 'pacs-refused'
   */
  send(
    path: string,
    accept: string,
    post: { body: Uint8Array<ArrayBuffer>; contentType: string } | null = null,
    allowed: readonly number[] = [],
  ): Promise<WebAnswer> {
    const { signal, retries } = this.#options;
    return withRetries(() => this.#sendOnce(path, accept, post, allowed), signal, retries);
  }

  async #sendOnce(
    path: string,
    accept: string,
    post: { body: Uint8Array<ArrayBuffer>; contentType: string } | null,
    allowed: readonly number[],
  ): Promise<WebAnswer> {
    const { signal, timeoutMs = 60_000 } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(`${this.#root}${path}`, {
        method: post === null ? 'GET' : 'POST',
        headers: {
          Accept: accept,
          ...this.#authorization(),
          ...(post !== null && { 'Content-Type': post.contentType }),
        },
        body: post?.body ?? null,
        redirect: 'error',
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      const body = new Uint8Array(await response.arrayBuffer());
      const contentType = response.headers.get('content-type') ?? '';
      if (!response.ok && !allowed.includes(response.status)) throw this.#failureOf(response.status);
      return { status: response.status, contentType, body };
    } catch (error) {
      if (error instanceof UserError) throw error;
      if (signal?.aborted === true) throw new UserError('cancelled');
      const reason = timeout.aborted ? `No answer within ${timeoutMs / 1000} s.` : reasonOf(error);
      throw new UserError('pacs-unreachable', { server: this.#name, reason }, { cause: error });
    }
  }

  #failureOf(status: number): UserError {
    const server = this.#name;
    if (status === 401 || status === 403) return new UserError('pacs-unauthorised', { server });
    if (passingStatuses.has(status))
      return new UserError('pacs-unreachable', { server, reason: `It answered with status ${status}.` });
    return new UserError('pacs-refused', { server, reason: `It answered with status ${status}.` });
  }

  #authorization(): Record<string, string> {
    const { token, user, password } = this.#options.credentials ?? {};
    if (token !== undefined) return { Authorization: `Bearer ${token}` };
    if (user === undefined) return {};
    return { Authorization: `Basic ${Buffer.from(`${user}:${password ?? ''}`).toString('base64')}` };
  }
}

/** The system's word for what went wrong, such as ECONNREFUSED; its sentences hold addresses. */
function reasonOf(error: unknown): string {
  const { cause } = error as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? `${cause.code}.` : 'The connection broke.';
}
