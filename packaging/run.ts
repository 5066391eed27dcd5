/**
 * `npm run package`: installers of this system by electron-builder; words after `--` go to it (`--win nsis`).
 * `npm run package -- --check`: packs against a stand-in for Electron and examines what came out.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureBuilt } from '../src-main/build.ts';
import { canHaveElectron } from '../src-main/shell/findElectron.ts';
import { checkPackage } from './checkPackage.ts';
import { projectFolder } from './components.ts';
import { updateOptions } from './updateOptions.ts';
import { writeNotices } from './writeNotices.ts';

/** What "About" says: the commit and the day. */
function describeBuild(): string {
  const day = new Date().toISOString().slice(0, 10);
  try {
    const commit = execFileSync('git', ['rev-parse', '--short=10', 'HEAD'], { encoding: 'utf8' }).trim();
    return `${process.env['GITHUB_SHA']?.slice(0, 10) ?? commit}, ${day}`;
  } catch {
    return day;
  }
}

/** Runs electron-builder on the built files. @returns its exit code */
async function pack(options: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<number> {
  const builder = spawn(
    process.execPath,
    [
      join(projectFolder, 'node_modules/electron-builder/cli.js'),
      `-c.extraMetadata.buildName=${describeBuild()}`,
      ...updateOptions(process.env),
      ...options,
    ],
    { cwd: projectFolder, stdio: 'inherit', env: { ...process.env, ...environment } },
  );
  const [code] = (await once(builder, 'exit')) as [number | null];
  return code ?? 1;
}

async function prepare(): Promise<void> {
  for (const part of ['renderer', 'main', 'preload'] as const) await ensureBuilt(part);
  await writeNotices(join(projectFolder, 'build', 'legal'));
}

const options = process.argv.slice(2);
if (options.includes('--check')) {
  await prepare();
  process.exitCode = await checkPackage(pack);
} else {
  const reason = await canHaveElectron();
  if (reason !== null) {
    process.stderr.write(
      `Nothing was packaged, because ${reason}.\n` +
        'Every installer contains Electron’s own program, which does not come from the npm registry.\n' +
        'ELECTRON_MIRROR names another place to fetch it from. What can be examined without it:\n' +
        '    npm run package -- --check\n',
    );
    process.exitCode = 3;
  } else {
    await prepare();
    process.exitCode = await pack(options);
  }
}
