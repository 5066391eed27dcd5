import type { FileFormat } from '../../../src-shared/domain/slice.ts';

/** The picture formats that sharp reads. */
export type RasterFormat = Extract<FileFormat, 'jpeg' | 'png' | 'tiff' | 'webp'>;
