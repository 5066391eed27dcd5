import { backUpFolder } from '../../../src-main/calls/backUpStore.ts';
import { openCaseStore } from '../../../src-main/cases/openCaseStore.ts';
import { syntheticRecord } from '../store/syntheticRecord.ts';

/**
 * Backs up a store while it records into it, and acknowledges both on standard output: a number for each slice, `whole`
 * for the backup. It kills itself when so many pictures are written; a number below zero leaves that to others.
 * Arguments: the store's folder, the backup, the first number to record, after how many pictures to die.
 */
const [folder, file, first, dieAfter] = process.argv.slice(2) as [string, string, string, string];
const store = await openCaseStore(folder);
process.stdout.write('ready\n');
const backup = backUpFolder({
  storeFolder: folder,
  file,
  applicationVersion: 'test',
  progress: (done) => done === Number(dieAfter) && process.kill(process.pid, 'SIGKILL'),
}).then(() => process.stdout.write('whole\n'));
for (let number = Number(first); ; number++) {
  await store.record([syntheticRecord(number)]);
  process.stdout.write(`${number}\n`);
  if (number > Number(first) + 50) await backup;
}
