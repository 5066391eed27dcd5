import type { IncomingMessage } from 'node:http';
import { UserError } from '../../src-shared/errors.ts';

/**
 * Refuses a request that was addressed to any other name than ours. A page whose host name was
 * re-pointed to 127.0.0.1 ("DNS rebinding") still names itself in the `Host` header.
 *
 * @throws UserError 'not-allowed'
 */
export function checkHost({ headers }: IncomingMessage, port: number): void {
  if (headers.host !== `127.0.0.1:${port}` && headers.host !== `localhost:${port}`) {
    throw new UserError('not-allowed');
  }
}

/**
 * Refuses a request that another page made in this browser: browsers put the page's origin on every
 * WebSocket handshake and every request that changes something, and ours must be the one addressed.
 *
 * @throws UserError 'not-allowed'
 */
export function checkOrigin({ headers }: IncomingMessage): void {
  if (headers.origin !== `http://${headers.host}`) throw new UserError('not-allowed');
}

/**
 * Refuses a request that a form or a plain cross-origin `fetch` could make: neither can set a header
 * of its own without asking the server first, and the server never agrees.
 *
 * @throws UserError 'not-allowed'
 */
export function checkIntent({ headers }: IncomingMessage): void {
  if (headers['x-bratum'] !== '1') throw new UserError('not-allowed');
}
