import { caseCalls, readingCalls } from '../../src-shared/contract/caseCalls.ts';
import { exportCalls } from '../../src-shared/contract/exportCalls.ts';
import { UserError } from '../../src-shared/errors.ts';
import type { Handlers } from './dispatch.ts';

type Pending = Omit<
  Pick<Handlers, keyof typeof caseCalls | keyof typeof readingCalls | keyof typeof exportCalls>,
  'listCases' | 'openCase' | 'exportCases'
>;

/** Calls whose contract is published ahead of their handlers; each goes as its handler comes. */
export function pendingCalls(): Pending {
  const names = Object.keys({ ...caseCalls, ...readingCalls, ...exportCalls });
  const refuse = () =>
    Promise.reject(new UserError('invalid-input', { reason: 'This call is not built yet.' }));
  return Object.fromEntries(names.map((name) => [name, refuse])) as unknown as Pending;
}
