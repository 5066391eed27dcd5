import { execFileSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Files of an authority of one's own and of a server on loopback that it vouches for, as PEM. */
export interface Certificates {
  authority: string;
  certificate: string;
  key: string;
}

/** Makes them by OpenSSL, good for a day. */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const place = (name: string): string => join(folder, name);
  const openssl = (...words: string[]): void =>
    void execFileSync('openssl', words, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await writeFile(place('server.ext'), 'subjectAltName = IP:127.0.0.1, DNS:localhost\n');
  openssl(
    ...['req', '-x509', '-days', '1', '-subj', '/CN=Test authority', ...newKey],
    ...['-keyout', 'authority.key', '-out', 'authority.pem'],
  );
  openssl(...['req', '-subj', '/CN=localhost', ...newKey, '-keyout', 'server.key', '-out', 'server.csr']);
  openssl(
    ...['x509', '-req', '-days', '1', '-in', 'server.csr', '-extfile', 'server.ext', '-CAcreateserial'],
    ...['-CA', 'authority.pem', '-CAkey', 'authority.key', '-out', 'server.pem'],
  );
  return {
    authority: place('authority.pem'),
    certificate: place('server.pem'),
    key: place('server.key'),
  };
}
