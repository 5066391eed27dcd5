import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { UserError } from '../../src-shared/errors.ts';

const wrongTokensAllowed = 10;
const forgetAfterMs = 60_000;

/** 256 random bits in characters that an address and a cookie may hold. */
function secret(): string {
  return randomBytes(32).toString('base64url');
}

/** Compares digests, so that the time taken tells nothing about the text. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}

/** The value of one cookie of a `Cookie` header (RFC 6265, 4.2.1). */
function cookieValue(header: string, name: string): string | null {
  for (const pair of header.split(';')) {
    const separator = pair.indexOf('=');
    if (separator > 0 && pair.slice(0, separator).trim() === name) return pair.slice(separator + 1).trim();
  }
  return null;
}

/**
 * Who may talk to the browser host: whoever brought the one-time token of the printed address
 * received a cookie in exchange, and the cookie is asked for from then on.
 *
 * The cookie is named after the port, because browsers keep cookies by host name only and two
 * workstations may run on one machine.
 */
export class Session {
  /** Part of the printed address; worthless after its first use. */
  readonly token = secret();
  readonly #cookieName: string;
  readonly #cookie = secret();
  readonly #now: () => number;
  #isTokenSpent = false;
  #wrongTokensAtMs: number[] = [];

  constructor(port: number, now: () => number = Date.now) {
    this.#cookieName = `bratum-${port}`;
    this.#now = now;
  }

  /** True when the request's `Cookie` header holds this session's cookie. */
  admits(cookieHeader: string | undefined): boolean {
    const value = cookieValue(cookieHeader ?? '', this.#cookieName);
    return value !== null && isSame(value, this.#cookie);
  }

  /**
   * Exchanges the one-time token.
   *
   * @returns the `Set-Cookie` header; a cookie without an age, gone with the browser
   * @throws UserError 'session-required' for a wrong or spent token
   * @throws UserError 'too-many-attempts' when there were ten of those within a minute
   */
  exchange(token: string): string {
    const now = this.#now();
    this.#wrongTokensAtMs = this.#wrongTokensAtMs.filter((atMs) => now - atMs < forgetAfterMs);
    if (this.#wrongTokensAtMs.length >= wrongTokensAllowed) throw new UserError('too-many-attempts');
    if (this.#isTokenSpent || !isSame(token, this.token)) {
      this.#wrongTokensAtMs.push(now);
      throw new UserError('session-required');
    }
    this.#isTokenSpent = true;
    return `${this.#cookieName}=${this.#cookie}; Path=/; HttpOnly; SameSite=Strict`;
  }
}
