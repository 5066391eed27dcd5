import type { FileFormat } from '../../src-shared/domain/slice.ts';
import type { Failure } from '../../src-shared/errors.ts';

/** A file of a known kind that a walk came across, on disk or inside an archive. */
export interface FoundFile {
  /** Absolute path, or `archive.zip!/inner/path` with the archive's absolute path. */
  path: string;
  /** Base name, safe to show and to log. */
  fileName: string;
  format: FileFormat;
  /** The bytes of the whole file, within the size limit. @throws UserError */
  readBytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/** One step of a walk. */
export type WalkItem =
  | { kind: 'file'; file: FoundFile }
  | { kind: 'failure'; path: string; fileName: string; error: Failure }
  | { kind: 'skipped'; path: string; fileName: string; reason: string };
