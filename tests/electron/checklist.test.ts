/** Lines of Electron's security checklist that are about files rather than about what runs. */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));
const read = (name: string): Promise<string> => readFile(join(projectFolder, name), 'utf8');

async function sourcesUnder(folder: string): Promise<[name: string, text: string][]> {
  const names = await readdir(join(projectFolder, folder), { recursive: true });
  const sources = names.filter(
    (name) => /\.(ts|svelte|html)$/.test(name) && !/\.(test|spec)\.ts$/.test(name),
  );
  return Promise.all(
    sources.map(async (name): Promise<[string, string]> => [name, await read(join(folder, name))]),
  );
}

test('no source opens a foreign address, embeds a page or asks Chromium for less security', async () => {
  const forbidden =
    /openExternal|<webview|allowpopups|webSecurity|allowRunningInsecureContent|experimentalFeatures|enableBlinkFeatures|commandLine\.appendSwitch|nodeIntegrationIn|@electron\/remote/;
  const sources = (await Promise.all(['src-main', 'src-renderer'].map(sourcesUnder))).flat();
  expect(sources.length).toBeGreaterThan(300);
  expect(sources.filter(([, text]) => forbidden.test(text)).map(([name]) => name)).toEqual([]);
});

test('Electron and all that is installed is one exact version, the one of the lock file', async () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(
    await read('package.json'),
  ) as Record<string, Record<string, string>>;
  const { packages } = JSON.parse(await read('package-lock.json')) as {
    packages: Record<string, { version: string; integrity?: string }>;
  };
  const wanted = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
  expect(wanted.map(([name]) => name)).toContain('electron');
  for (const [name, version] of wanted)
    expect([name, version, packages[`node_modules/${name}`]?.version]).toEqual([name, version, version]);
  const unproven = Object.entries(packages).filter(([path, { integrity }]) => path !== '' && !integrity);
  expect(unproven.map(([path]) => path)).toEqual([]);
});

test('the package is asked for every fuse that makes the signed program run nothing but itself', async () => {
  const options = await read('electron-builder.yml');
  const section = /^electronFuses:\n((?: .*\n)+)/m.exec(options)?.[1] ?? '';
  const fuses = [...section.matchAll(/^ {2}(\w+): (true|false)$/gm)].map(([, name, value]) => [name, value]);
  expect(Object.fromEntries(fuses)).toEqual({
    runAsNode: 'false',
    enableNodeOptionsEnvironmentVariable: 'false',
    enableNodeCliInspectArguments: 'false',
    onlyLoadAppFromAsar: 'true',
    enableEmbeddedAsarIntegrityValidation: 'true',
    enableCookieEncryption: 'true',
    grantFileProtocolExtraPrivileges: 'false',
    loadBrowserProcessSpecificV8Snapshot: 'false',
  });
});

test('no feed of updates is asked unless somebody who builds names one', async () => {
  expect(await read('electron-builder.yml')).toMatch(/^publish: null$/m);
  const sources = await sourcesUnder('src-main');
  const asking = sources
    .filter(([, text]) => /autoUpdater|electron-updater/.test(text))
    .map(([file]) => file);
  expect(asking.map((file) => basename(file))).toEqual(['updateFeed.ts']);
});
