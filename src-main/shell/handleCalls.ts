import { isAbsolute } from 'node:path';
import { ipcMain, type IpcMainInvokeEvent } from 'electron';
import { z } from 'zod';
import { UserError, type Outcome } from '../../src-shared/errors.ts';
import type { Workstation } from '../calls/Host.ts';
import { reportFailure } from '../calls/reportFailure.ts';
import { isOurPage } from './page.ts';

const pathsSchema = z.array(z.string().max(32_768).refine(isAbsolute)).max(10_000);

/**
 * The only place that listens to pages: every message is checked for who sent it, and every answer is
 * an outcome.
 */
function handle(channel: string, answer: (...values: unknown[]) => Promise<Outcome<unknown>>): void {
  ipcMain.handle(channel, async ({ senderFrame }: IpcMainInvokeEvent, ...values: unknown[]) => {
    try {
      if (!isOurPage(senderFrame)) throw new UserError('not-allowed');
      return await answer(...values);
    } catch (error) {
      return { ok: false, error: reportFailure(error) };
    }
  });
}

/** Connects the preload's two channels with the workstation. */
export function handleCalls(workstation: Workstation): void {
  handle('bratum:call', (name, input) => workstation.dispatch(String(name), input));
  handle('bratum:add-files', (values) => {
    const paths = pathsSchema.safeParse(values);
    if (!paths.success || paths.data.length === 0) {
      throw new UserError('invalid-input', { reason: 'What was dropped is not on this machine’s disk.' });
    }
    return Promise.resolve({ ok: true, value: workstation.addPaths(paths.data) });
  });
}
