import { defaultSettings, settingsChangeSchema, type Settings } from '../../src-shared/contract/settings.ts';
import type { CaseStore } from '../cases/CaseStore.ts';
import { accountName } from './accountName.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';

type SettingsCalls = Pick<Handlers, 'readSettings' | 'writeSettings'>;

const settingsKey = 'settings';

/** What the application remembers between sessions. */
export function settingsCalls({ store }: Pick<Parts, 'store'>): SettingsCalls {
  return {
    readSettings: () => readSettings(store),
    writeSettings: async (changes) => {
      const settings = { ...(await readSettings(store)), ...withoutUndefined(changes) };
      await store.writeSetting(settingsKey, settings);
      return readSettings(store);
    },
  };
}

/**
 * The settings as they are in force. What an older or newer version wrote differently falls back to its default, and a
 * reader without a name to the name of the account.
 */
export async function readSettings(store: CaseStore): Promise<Settings> {
  const known = settingsChangeSchema.safeParse(await store.readSetting(settingsKey));
  const settings = { ...defaultSettings, ...(known.success ? withoutUndefined(known.data) : {}) };
  return { ...settings, readerName: settings.readerName || accountName() };
}

function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: NonNullable<Fields[Key]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: NonNullable<Fields[Key]> };
}
