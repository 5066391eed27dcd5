import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { CredentialPlace } from '../../src-shared/domain/pacs.ts';
import { UserError } from '../../src-shared/errors.ts';
import { writeDurably } from '../storage/writeDurably.ts';
import type { Credentials } from './Credentials.ts';
import { currentKeychain, type Keychain } from './Keychain.ts';

const fileName = 'pacs-credentials.json';

const credentialsSchema = z.strictObject({
  user: z.string().optional(),
  password: z.string().optional(),
  token: z.string().optional(),
  key: z.string().optional(),
});
/** `sealed` is what the keychain made of the credentials, base64. */
const entrySchema = z.union([
  z.strictObject({ sealed: z.string() }),
  z.strictObject({ open: credentialsSchema }),
]);
const fileSchema = z.strictObject({
  schemaVersion: z.literal(1),
  entries: z.record(z.string(), entrySchema),
});
type Entries = z.infer<typeof fileSchema>['entries'];

/**
 * Credentials of named archives. Sealed by the system's keychain where there is one; else they lie in a file that this
 * user alone may read (mode 600), which whoever chose it is told.
 */
export class CredentialStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws UserError 'pacs-credentials-sealed' where only another host can open them, 'keychain-refused', 'pacs-list-damaged' */
  async find(server: string): Promise<Credentials> {
    const entry = (await this.#entries())[server];
    if (entry === undefined) return {};
    if ('open' in entry) return withoutUndefined(entry.open);
    const keychain = await currentKeychain();
    if (keychain === null) throw new UserError('pacs-credentials-sealed', { server });
    try {
      const text = await keychain.open(Buffer.from(entry.sealed, 'base64'));
      return withoutUndefined(credentialsSchema.parse(JSON.parse(text)));
    } catch (error) {
      throw new UserError('keychain-refused', { server }, { cause: error });
    }
  }

  /** Where the credentials of a server are. */
  async placeOf(server: string): Promise<CredentialPlace> {
    const entry = (await this.#entries())[server];
    return entry === undefined ? 'none' : 'open' in entry ? 'file' : 'keychain';
  }

  /**
   * Keeps credentials, or forgets them where there is nothing in them.
   *
   * @returns where they are now
   * @throws UserError 'keychain-refused'
   */
  async keep(server: string, credentials: Credentials): Promise<CredentialPlace> {
    if (Object.keys(credentials).length === 0) {
      await this.forget(server);
      return 'none';
    }
    const keychain = await currentKeychain();
    const text = JSON.stringify(credentials);
    const entry = keychain === null ? { open: credentials } : { sealed: await seal(keychain, text, server) };
    await this.#write({ ...(await this.#entries()), [server]: entry });
    return keychain === null ? 'file' : 'keychain';
  }

  async forget(server: string): Promise<void> {
    const { [server]: known, ...others } = await this.#entries();
    if (known !== undefined) await this.#write(others);
  }

  async #entries(): Promise<Entries> {
    let text: string;
    try {
      text = await readFile(join(this.#folder, fileName), 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw new UserError('file-unreadable', { file: fileName }, { cause: error });
    }
    try {
      return fileSchema.parse(JSON.parse(text)).entries;
    } catch {
      // Without the cause: it might say what stands in the file.
      throw new UserError('pacs-list-damaged', { file: fileName });
    }
  }

  async #write(entries: Entries): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    const text = `${JSON.stringify({ schemaVersion: 1, entries }, null, 2)}\n`;
    await writeDurably(join(this.#folder, fileName), [text], 0o600);
  }
}

/** What a keychain makes of a text, base64; a locked one that nobody unlocks refuses. */
async function seal(keychain: Keychain, text: string, server: string): Promise<string> {
  try {
    return (await keychain.seal(text)).toString('base64');
  } catch (error) {
    throw new UserError('keychain-refused', { server }, { cause: error });
  }
}

function withoutUndefined({ user, password, token, key }: z.infer<typeof credentialsSchema>): Credentials {
  return {
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(token !== undefined && { token }),
    ...(key !== undefined && { key }),
  };
}
