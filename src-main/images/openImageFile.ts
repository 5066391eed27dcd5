import { UserError } from '../../src-shared/errors.ts';
import { detectFormat, formatOfContent, headBytes } from './detectFormat.ts';
import { openDicom } from './dicom/openDicom.ts';
import type { ImageFile } from './ImageFile.ts';
import { openNifti } from './nifti/openNifti.ts';
import { openBitmap } from './raster/openBitmap.ts';
import { openRaster } from './raster/openRaster.ts';

/**
 * Opens the bytes of a file in whichever of our formats it is. Headers are read at once; pixels wait for
 * `readSlice`, except that a NIfTI volume is unpacked here.
 *
 * @param bytes - the whole file; kept by the returned object, so they must not change afterwards
 * @param fileName - base name, for the slices and for errors
 * @throws UserError 'file-empty', 'unknown-format', or what is wrong with a file of a known kind
 */
export async function openImageFile(bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<ImageFile> {
  if (bytes.byteLength === 0) throw new UserError('file-empty', { file: fileName });
  const head = bytes.subarray(0, headBytes);
  const format = detectFormat(head, fileName);
  switch (format) {
    case 'dicom':
      return openDicom(bytes, fileName);
    case 'nifti':
      return openNifti(bytes, fileName);
    case 'bmp':
    case 'png':
    case 'jpeg':
    case 'tiff':
    case 'webp':
      // The extension alone must not pick the decoder: sharp would find out for itself and open an SVG.
      if (formatOfContent(head, fileName) !== format)
        throw new UserError('image-damaged', { file: fileName });
      return format === 'bmp' ? openBitmap(bytes, fileName) : openRaster(bytes, format, fileName);
    case 'zip':
    case 'dicomdir':
    case null:
      throw new UserError('unknown-format', { file: fileName });
  }
}
