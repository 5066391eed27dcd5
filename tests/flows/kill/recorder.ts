import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { syntheticRecord } from '../store/syntheticRecord.ts';

/**
 * Records slices without end and acknowledges each on standard output, one number a line.
 * Arguments: the store's folder, the first number, how many slices a batch has.
 */
const [folder, first, batchSize] = process.argv.slice(2) as [string, string, string];
const store = await openCaseStore(folder);
process.stdout.write('ready\n');
for (let number = Number(first); ; number += Number(batchSize)) {
  const numbers = Array.from({ length: Number(batchSize) }, (_, index) => number + index);
  const stored = await store.record(numbers.map((one) => syntheticRecord(one)));
  stored.forEach(({ id }, index) => process.stdout.write(`${numbers[index]} ${id}\n`));
}
