/**
 * Tells onnxruntime's native library to report nothing to its makers: since 1.30 it would send events of its use by HTTPS and
 * leave files of its own in the folder for temporary files (`core/platform/posix/telemetry.cc`). Nothing leaves the machine.
 *
 * To be called on a process's main thread before the library is loaded, also where a worker thread will load it: only there
 * does `process.env` reach the native side.
 */
export function refuseTelemetry(): void {
  process.env['ORT_DISABLE_TELEMETRY'] = '1';
}
