import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawHead } from '../../fixtures/drawHead.ts';
import { writeDicom } from '../../fixtures/writeDicom.ts';
import { writeModel } from '../../fixtures/writeModel.ts';
import { randomNumbers } from '../store/syntheticRecord.ts';
import { killAtRandom, killRounds } from './killAtRandom.ts';
import { expectIntegrity, withStore } from './storeChecks.ts';

const random = randomNumbers(20_260_104);
const filesPerRound = 24;

/** A round starts the whole application and two inference processes: most of a minute on a machine that is busy. */
const roundTimeoutMs = 180_000;
const size = 40;

let folder: string;
let store: string;
let models: string;
/** Acknowledged analyses by file name. */
const acknowledged = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bratum-kill-import-'));
  [store, models] = [join(folder, 'store'), join(folder, 'models')];
  await writeModel(join(models, 'combined'), { task: 'tumour-class' });
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** A patient of its own for each round, so that nothing can be recalled. */
async function writePictures(round: number): Promise<string> {
  const pictures = join(folder, `round-${round}`);
  await mkdir(pictures);
  for (let number = 1; number <= filesPerRound; number++) {
    const slice = {
      patientName: `Round ${round}`,
      seriesDescription: 't1',
      instanceNumber: number,
      rows: size,
      columns: size,
      samples: drawHead(size, size, 1000 * round + number),
    };
    await writeFile(join(pictures, `round-${round}-${number}.dcm`), writeDicom(slice));
  }
  return pictures;
}

describe('kill -9 while files are imported and analysed', () => {
  it.each(Array.from({ length: killRounds }, (_, round) => round))(
    'round %i loses nothing',
    async (round) => {
      const pictures = await writePictures(round);
      const options = { mostLines: round % 3 === 2 ? null : filesPerRound / 2, random };
      const lines = await killAtRandom('importer.ts', [store, pictures, models], options);
      for (const line of lines) acknowledged.set(...(line.split(' ') as [string, string]));
      await withStore(store, async (opened) => {
        const { cases } = await opened.list({ search: '', offset: 0, limit: 100, identify: true });
        const details = await Promise.all(cases.map(({ id }) => opened.open(id)));
        const slices = details.flatMap(({ detailStudies }) =>
          detailStudies.flatMap(({ series }) => series.flatMap((one) => one.slices)),
        );
        const found = new Map(slices.map((slice) => [slice.fileName, slice]));
        for (const [fileName, id] of acknowledged) {
          expect(found.get(fileName)?.analysis?.id).toBe(id);
          const [, ofRound, number] = /round-(\d+)-(\d+)/.exec(fileName)!.map(Number);
          const { samples } = await opened.readSlice(found.get(fileName)!.slice);
          expect([...samples]).toEqual([...drawHead(size, size, 1000 * ofRound! + number!)]);
        }
        await opened.tidy(0);
        expect(await opened.verifyAuditTrail()).toMatchObject({ firstBroken: null });
      });
      await expectIntegrity(store);
    },
    roundTimeoutMs,
  );

  it('acknowledged enough to mean something', () => {
    expect(acknowledged.size).toBeGreaterThan(killRounds);
  });
});
