import type * as Onnxruntime from 'onnxruntime-node';
import { UserError } from '../../src-shared/errors.ts';
import { refuseTelemetry } from './refuseTelemetry.ts';

/**
 * Loads onnxruntime, whose native library is not there for every platform, when somebody first computes: whatever else
 * the application does works without it. The only place that imports more of it than types.
 *
 * @param importRuntime - how the package is imported; tests let it fail
 * @throws UserError 'component-missing' with the reason in one sentence
 */
export async function loadRuntime(
  importRuntime: () => Promise<typeof Onnxruntime> = () => import('onnxruntime-node'),
): Promise<typeof Onnxruntime> {
  refuseTelemetry();
  try {
    const runtime = await importRuntime();
    // Errors are thrown as well; the library's own log only repeats them on standard error.
    runtime.env.logLevel = 'fatal';
    return runtime;
  } catch (cause) {
    throw new UserError(
      'component-missing',
      { component: 'onnxruntime', reason: reasonOf(cause) },
      { cause },
    );
  }
}

function reasonOf(cause: unknown): string {
  const platform = `${process.platform} ${process.arch}`;
  const isLibraryRefused = (cause as NodeJS.ErrnoException | null)?.code === 'ERR_DLOPEN_FAILED';
  return isLibraryRefused
    ? `The system refused to load its binary for ${platform}; a system library may be missing or too old.`
    : `There is no onnxruntime binary for ${platform}.`;
}
