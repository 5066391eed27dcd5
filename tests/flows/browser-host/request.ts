import { once } from 'node:events';
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** One HTTP request exactly as written: no client that tidies paths or forbids headers is in between. */
export async function request(
  port: number,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: Uint8Array,
): Promise<Answer> {
  const sent = httpRequest({ host: '127.0.0.1', port, method, path, headers, agent: false });
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

/** Spends the token of the printed address. @returns the `Cookie` header of the session */
export async function enter(url: string): Promise<string> {
  const { port, pathname, search } = new URL(url);
  const { headers } = await request(Number(port), 'GET', pathname + search);
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}
