import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { syntheticRecord } from '../store/syntheticRecord.ts';

/**
 * Stores patients without end and erases every second of them, acknowledging `kept <number> <id>` and
 * `erased <number> <id>` on standard output. Arguments: the store's folder, the first number.
 */
const [folder, first] = process.argv.slice(2) as [string, string];
const store = await openCaseStore(folder);
process.stdout.write('ready\n');
for (let number = Number(first); ; number += 10) {
  await store.record([syntheticRecord(number), syntheticRecord(number + 1)]);
  const { cases } = await store.list({ search: `ID${number / 10}`, offset: 0, limit: 10, identify: true });
  const id = cases.find(({ patient }) => patient.endsWith(` ${number / 10}`))?.id ?? '';
  if (number % 20 === 0) {
    process.stdout.write(`kept ${number} ${id}\n`);
    continue;
  }
  await store.trash([id]);
  await store.erase([id]);
  process.stdout.write(`erased ${number} ${id}\n`);
}
