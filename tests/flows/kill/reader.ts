import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { readingOf } from '../store/syntheticRecord.ts';

/**
 * Reads without end: records, corrects, withdraws, measures and reveals on the stored slices 1…N, and acknowledges every
 * version on standard output as `<id> <slice> <text>`, every revelation as `reveal <slice> <time>`, and every version of
 * measurements as `measured <slice> <version> <x of the first point>`.
 * Arguments: the store's folder, the number of slices, the name of the reader.
 */
const [folder, count, reader] = process.argv.slice(2) as [string, string, string];
const store = await openCaseStore(folder);
process.stdout.write('ready\n');
for (let turn = 1; ; turn++) {
  const slice = `stored:${1 + (turn % Number(count))}`;
  const scope = turn % 5 === 0 ? 'series' : 'slice';
  const text = `${reader} ${turn}`;
  const reading = await store.recordReading(readingOf(slice, { reader, scope, text }));
  process.stdout.write(`${reading.id} ${slice} ${text}\n`);
  if (turn % 4 === 0) {
    const taken = await store.withdrawReading(reading.id, reader);
    process.stdout.write(`${taken.id} ${slice} ${taken.text}\n`);
  }
  if (turn % 2 === 1) {
    const points = [
      { x: turn, y: 0 },
      { x: turn, y: 1 },
    ];
    const kept = await store.recordMeasurements({ slice, reader, marks: [{ kind: 'length', points }] });
    process.stdout.write(`measured ${slice} ${kept!.version} ${turn}\n`);
  }
  if (turn % 6 === 0) {
    const revealedAt = await store.revealAnswers({ scope: 'slice', slice, reader });
    process.stdout.write(`reveal ${slice} ${revealedAt}\n`);
  }
}
