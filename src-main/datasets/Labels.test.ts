import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labelText } from './labelText.ts';
import { readLabels, type Labels } from './Labels.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'labels-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(text: string): Promise<Labels> {
  const file = join(folder, 'labels.csv');
  await writeFile(file, text);
  return readLabels(file);
}

const hash = 'ab'.repeat(32);

describe('readLabels', () => {
  it('reads columns in any order, quoted paths, a byte-order mark, Windows lines and slashes', async () => {
    const labels = await read(
      '\ufeffclass,plane,path\r\nglioma_tumor,axial,"a, b\\c (1).jpg"\r\nno tumor,,x.png\r\n',
    );
    expect(labels.size).toBe(2);
    expect(labels.find('a, b/c (1).jpg', hash)).toEqual({ class: 'glioma_tumor', plane: 'axial' });
    expect(labels.find('x.png', hash)).toEqual({ class: 'no_tumor' });
    expect(labels.find('y.png', hash)).toEqual({});
  });

  it.each([',', ';', '\t'])('is separated by %j', async (comma) => {
    const labels = await read(`path${comma}plane\nx.png${comma}coronal\n"a;,\t.png"${comma}axial\n`);
    expect(labels.find('x.png', hash)).toEqual({ plane: 'coronal' });
    expect(labels.find('a;,\t.png', hash)).toEqual({ plane: 'axial' });
  });

  it('finds a picture by content where rows name hashes; the path wins', async () => {
    const labels = await read(`hash,class,plane\n${hash},no_tumor,axial\n`);
    labels.set({ path: 'x.png' }, { plane: 'sagittal' });
    expect(labels.find('x.png', hash)).toEqual({ class: 'no_tumor', plane: 'sagittal' });
  });

  it.each([
    ['path,plane\nx.png,axial\ny.png,oblique\n', 'labels.csv, row 3: “oblique” is no plane.'],
    ['path,class\nx.png,tumour\n', 'labels.csv, row 2: “tumour” is no class.'],
    ['plane\naxial\n', 'labels.csv, row 2: it has neither path nor hash.'],
    ['path\nab"c.png\n', 'labels.csv, row 1: its quotation marks or columns are damaged.'],
    [`path\n"${'x'.repeat(70_000)}\n`, 'labels.csv, row 1: its quotation marks or columns are damaged.'],
  ])('says which row is wrong', async (text, reason) => {
    const refusal: unknown = expect.objectContaining({
      code: 'invalid-input',
      detail: { file: 'labels.csv', reason: expect.anything() as unknown },
    });
    await expect(read(text)).rejects.toEqual(refusal);
    await expect(read(text)).rejects.toMatchObject({ detail: { reason } });
  });

  it.each(['=cmd|calc!A1.png', '+1.png', '-1.png', '@SUM(A1).png', '＝1.png', '=a,b"c.png'])(
    'reads %j back as it was written, and no spreadsheet calculates it',
    async (path) => {
      const text = labelText([{ path, plane: 'axial', class: null, probability: null, source: 'label' }]);
      expect(text.split('\n')[1]).toMatch(/^"?\.\//);
      expect((await read(text)).find(path, '')).toEqual({ plane: 'axial' });
    },
  );

  it('refuses a missing file by its base name', async () => {
    await expect(readLabels(join(folder, 'none.csv'))).rejects.toMatchObject({
      code: 'file-not-found',
      detail: { file: 'none.csv' },
    });
  });
});
