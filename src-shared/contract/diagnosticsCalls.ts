import { call, nothing } from './callDefinition.ts';

/** What helps somebody who helps. */
export const diagnosticsCalls = {
  /** Text for the person to read, and to send if they want to; nothing of a patient is in it. */
  readDiagnostics: call<{ text: string }>()(nothing),
} as const;
