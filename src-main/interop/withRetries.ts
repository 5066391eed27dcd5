import { setTimeout as wait } from 'node:timers/promises';
import { UserError, throwIfCancelled } from '../../src-shared/errors.ts';

/** How often and how soon something is tried again. */
export interface RetryPolicy {
  attempts: number;
  firstDelayMs: number;
}

export const usualRetries: RetryPolicy = { attempts: 4, firstDelayMs: 400 };

/**
 * Tries again what the network or a busy server spoilt ('pacs-unreachable'), with a delay that doubles:
 * firstDelayMs · 2^k before attempt k + 2. What a server refused is not asked for twice.
 *
 * @throws UserError 'cancelled' as soon as the signal is aborted, also while it waits; else the last failure
 */
export async function withRetries<Value>(
  work: () => Promise<Value>,
  signal: AbortSignal | undefined,
  { attempts, firstDelayMs }: RetryPolicy = usualRetries,
): Promise<Value> {
  for (let attempt = 1; ; attempt++) {
    throwIfCancelled(signal);
    try {
      return await work();
    } catch (error) {
      throwIfCancelled(signal);
      const isPassing = error instanceof UserError && error.code === 'pacs-unreachable';
      if (!isPassing || attempt >= attempts) throw error;
    }
    await wait(firstDelayMs * 2 ** (attempt - 1), undefined, { signal }).catch(() => undefined);
  }
}
