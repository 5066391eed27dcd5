import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { syntheticRecord } from './syntheticRecord.ts';

/** Records slices one at a time. Arguments: the store's folder, the first number, how many. */
const [folder, first, count] = process.argv.slice(2) as [string, string, string];
const store = await openCaseStore(folder);
for (let number = Number(first); number < Number(first) + Number(count); number++) {
  await store.record([syntheticRecord(number)]);
}
await store.close();
