import { defaultSettings, settingsChangeSchema, type Settings } from '../../src-shared/contract/settings.ts';
import type { Handlers } from './dispatch.ts';
import type { Parts } from './Parts.ts';

type CaseCalls = Pick<Handlers, 'listCases' | 'openCase' | 'readSettings' | 'writeSettings'>;

const settingsKey = 'settings';

/** The case list, single cases, and what the application remembers. */
export function caseCalls({ store }: Parts): CaseCalls {
  /** Settings that an older or newer version wrote differently fall back to their defaults. */
  const readSettings = async (): Promise<Settings> => {
    const known = settingsChangeSchema.safeParse(await store.readSetting(settingsKey));
    return { ...defaultSettings, ...(known.success ? withoutUndefined(known.data) : {}) };
  };
  return {
    listCases: (query) => store.list({ ...query, identify: true }),
    openCase: ({ id }) => store.open(id),
    readSettings,
    writeSettings: async (changes) => {
      const settings = { ...(await readSettings()), ...withoutUndefined(changes) };
      await store.writeSetting(settingsKey, settings);
      return settings;
    },
  };
}

function withoutUndefined<Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]: NonNullable<Fields[Key]> } {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Fields]: NonNullable<Fields[Key]> };
}
