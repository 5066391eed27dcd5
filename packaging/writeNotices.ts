import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { bundledPackages } from './bundledPackages.ts';
import { installedComponents, projectFolder, shippedPart, type Component } from './components.ts';
import { licenceOf, objectionTo } from './licences.ts';

/** Where npm put each version of each package. */
async function foldersByComponent(): Promise<Map<string, string>> {
  const lock = JSON.parse(await readFile(join(projectFolder, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string; name?: string }>;
  };
  // npm lists optional packages also where it could not install them.
  const installed = Object.entries(lock.packages).filter(([path]) => existsSync(join(projectFolder, path)));
  const entries = installed.map(([path, { version, name }]): [string, string] => [
    `${name ?? path.replace(/.*node_modules\//, '')}@${version}`,
    join(projectFolder, path),
  ]);
  // The first is the one nearest to the root, which is the one that is packed.
  return new Map(entries.reverse());
}

const licenceFile = /^(licen[cs]e|copying|notice)([.-].*)?$/i;

async function licenceTexts(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => licenceFile.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8').catch(() => '')));
  return texts.map((text) => text.replaceAll('\r\n', '\n').trim()).filter((text) => text !== '');
}

async function noticeOf(component: Component, folder: string | undefined): Promise<string> {
  const heading = `${component.name} ${component.version}\nLicence: ${licenceOf(component)}`;
  if (folder === undefined) throw new Error(`${component['bom-ref']} is not in package-lock.json`);
  const texts = await licenceTexts(folder);
  if (texts.length > 0) return [heading, ...texts].join('\n\n');
  const { author, homepage, repository } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  ) as { author?: string | { name: string }; homepage?: string; repository?: string | { url: string } };
  const owner = (typeof author === 'object' ? author.name : author) || 'its authors';
  const place = homepage ?? (typeof repository === 'object' ? repository.url : repository) ?? 'npm';
  return `${heading}\n\nCopyright ${owner}. The package brings no licence text of its own; see ${place}`;
}

/**
 * Writes what goes with every package: the notices of all third-party code in it, and the list of that code as a
 * CycloneDX document. Electron and Chromium bring their own notices.
 *
 * @param folder - made where it does not exist
 * @throws Error where a licence does not allow us to ship something
 */
export async function writeNotices(folder: string): Promise<void> {
  const bundled = await bundledPackages();
  const bill = shippedPart(await installedComponents(), bundled);
  const objections = bill.components.map((one) => objectionTo(one, true)).filter((one) => one !== null);
  if (objections.length > 0) throw new Error(objections.join('; '));
  const missing = bundled.filter((name) => !bill.components.some((one) => one.name === name));
  if (missing.length > 0) throw new Error(`bundled, but unknown to npm: ${missing.join(', ')}`);
  const folders = await foldersByComponent();
  const sorted = bill.components.toSorted((one, other) => (one['bom-ref'] < other['bom-ref'] ? -1 : 1));
  const notices = await Promise.all(sorted.map((one) => noticeOf(one, folders.get(one['bom-ref']))));
  const rule = `\n\n${'-'.repeat(80)}\n\n`;
  const introduction =
    'BraTum Workstation contains the following software of others. Electron and Chromium: LICENSES.chromium.html.';
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'THIRD-PARTY-NOTICES.txt'), `${[introduction, ...notices].join(rule)}\n`);
  await writeFile(join(folder, 'sbom.cdx.json'), `${JSON.stringify(bill, null, 2)}\n`);
}
