import { restoreFolder } from '../../../src-main/calls/backUpStore.ts';

/** Restores a backup over a store. Arguments: the store's folder, the backup. */
const [storeFolder, file] = process.argv.slice(2) as [string, string];
await restoreFolder({ storeFolder, file, isReplacing: true });
process.stdout.write('restored\n');
