import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PacsServer } from '../../src-shared/domain/pacs.ts';
import { CredentialStore } from './CredentialStore.ts';
import { useKeychain } from './Keychain.ts';
import { ServerList } from './ServerList.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-servers-'));
});

afterEach(async () => {
  useKeychain(() => Promise.resolve(null));
  await rm(folder, { recursive: true });
});

const web: PacsServer = { name: 'web', protocol: 'dicomweb', url: 'https://archive.test/dicom-web' };
const old: PacsServer = {
  ...{ name: 'old', protocol: 'dimse', host: 'archive.test', port: 104, isTls: true, movePort: 11_113 },
  ...{ calledAeTitle: 'ARCHIVE', callingAeTitle: 'BRATUM' },
  caCertificate: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
};

test('servers are kept by name, replaced and removed', async () => {
  const list = new ServerList(folder);
  expect(await list.all()).toEqual([]);
  await list.put(web);
  await list.put(old);
  expect(await new ServerList(folder).all()).toEqual([old, web]);
  await list.put({ ...web, url: 'https://other.test/' });
  expect(await list.all()).toEqual([old, { ...web, url: 'https://other.test/' }]);
  await list.remove('old');
  expect((await list.all()).map(({ name }) => name)).toEqual(['web']);
  await expect(list.remove('old')).rejects.toMatchObject({ code: 'pacs-unknown' });
});

test.each([
  ['a name that leads elsewhere', { ...web, name: '../web' }],
  ['another protocol', { ...web, url: 'file:///etc/passwd' }],
  ['a title that is too long', { ...old, calledAeTitle: 'A'.repeat(17) }],
  ['a port that is none', { ...old, port: 0 }],
  ['a certificate that is none', { ...web, caCertificate: 'hello' }],
])('%s is refused', async (_, server) => {
  const list = new ServerList(folder);
  await expect(list.put(server)).rejects.toMatchObject({ code: 'invalid-input' });
  expect(await list.all()).toEqual([]);
});

test('a damaged list is an error, not an empty one', async () => {
  await writeFile(join(folder, 'pacs-servers.json'), '{"schemaVersion": 1, "servers": [{}]}');
  await expect(new ServerList(folder).all()).rejects.toMatchObject({ code: 'pacs-list-damaged' });
  await writeFile(join(folder, 'pacs-credentials.json'), '{"entries"');
  await expect(new CredentialStore(folder).find('web')).rejects.toMatchObject({ code: 'pacs-list-damaged' });
});

test('without a keychain credentials lie in a file of mode 600, and nowhere else', async () => {
  const store = new CredentialStore(folder);
  const credentials = { user: 'reader', password: 'pass phrase' };
  expect(await store.placeOf('web')).toBe('none');
  expect(await store.keep('web', credentials)).toBe('file');
  expect(await new CredentialStore(folder).find('web')).toEqual(credentials);
  if (process.platform !== 'win32')
    expect((await stat(join(folder, 'pacs-credentials.json'))).mode & 0o777).toBe(0o600);
  await store.forget('web');
  expect(await store.find('web')).toEqual({});
  expect(await readFile(join(folder, 'pacs-credentials.json'), 'utf8')).not.toContain('pass phrase');
});

test('with a keychain the file holds only what the keychain made of them', async () => {
  const turned = (bytes: Buffer): Buffer => Buffer.from(bytes.map((byte) => byte ^ 0xa5));
  useKeychain(() =>
    Promise.resolve({
      seal: (text) => Promise.resolve(turned(Buffer.from(text))),
      open: (sealed) => Promise.resolve(turned(sealed).toString()),
    }),
  );
  const store = new CredentialStore(folder);
  expect(await store.keep('web', { token: 'a-token' })).toBe('keychain');
  expect(await store.placeOf('web')).toBe('keychain');
  expect(await store.find('web')).toEqual({ token: 'a-token' });
  const text = await readFile(join(folder, 'pacs-credentials.json'), 'utf8');
  expect(text).not.toContain('a-token');
  // One that does not open, and nothing is written in the clear instead.
  const locked = () => Promise.reject(new Error('locked'));
  useKeychain(() => Promise.resolve({ seal: locked, open: locked }));
  await expect(store.find('web')).rejects.toMatchObject({ code: 'keychain-refused' });
  await expect(store.keep('web', { token: 'b-token' })).rejects.toMatchObject({ code: 'keychain-refused' });
  expect(await readFile(join(folder, 'pacs-credentials.json'), 'utf8')).toBe(text);
  // Another host, which has none.
  useKeychain(() => Promise.resolve(null));
  await expect(store.find('web')).rejects.toMatchObject({ code: 'pacs-credentials-sealed' });
});
