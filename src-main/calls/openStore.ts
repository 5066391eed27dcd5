import type { CaseStore } from '../cases/CaseStore.ts';
import { openCaseStore } from '../cases/openCaseStore.ts';

/** The case store of a folder, created where it does not exist. @throws UserError 'store-…' */
export function openStore(folder: string): Promise<CaseStore> {
  return openCaseStore(folder);
}
