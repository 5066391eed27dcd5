import { UserError } from '../../../src-shared/errors.ts';
import type { Credentials } from '../Credentials.ts';
import { withRetries, type RetryPolicy } from '../withRetries.ts';
import { sendRequest, type WebAnswer } from './sendRequest.ts';

/** What TLS says of a certificate that it does not believe: of another authority, run out, or of another name. */
const distrust =
  /^(ERR_TLS_CERT|CERT_|UNABLE_TO_(VERIFY|GET_ISSUER)|SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|HOSTNAME_MISMATCH|INVALID_CA)/;

const passingStatuses = new Set([408, 425, 429, 500, 502, 503, 504]);

/** How requests are sent. */
export interface WebOptions {
  credentials?: Credentials;
  signal?: AbortSignal;
  /** For one request and its answer. */
  timeoutMs?: number;
  retries?: RetryPolicy;
  /** The only authority whose certificates count, as PEM; left out: those of the system. */
  caCertificate?: string | undefined;
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
   * @throws UserError 'cancelled', 'pacs-unreachable', 'pacs-unauthorised', 'pacs-untrusted', 'pacs-refused'
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
    const { signal, timeoutMs = 60_000, caCertificate } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await sendRequest({
        url: `${this.#root}${path}`,
        headers: {
          Accept: accept,
          ...this.#authorization(),
          ...(post !== null && { 'Content-Type': post.contentType }),
        },
        post: post?.body ?? null,
        caCertificate,
        signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      });
      const isFine = answer.status >= 200 && answer.status < 300;
      if (!isFine && !allowed.includes(answer.status)) throw this.#failureOf(answer.status);
      return answer;
    } catch (error) {
      if (error instanceof UserError) throw error;
      if (signal?.aborted === true) throw new UserError('cancelled');
      const { code } = error as NodeJS.ErrnoException;
      if (code !== undefined && distrust.test(code))
        throw new UserError('pacs-untrusted', { server: this.#name, reason: `${code}.` }, { cause: error });
      const reason = timeout.aborted
        ? `No answer within ${timeoutMs / 1000} s.`
        : code === undefined
          ? 'The connection broke.'
          : `${code}.`;
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
