import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { zipOf, type ZipContent } from './zipOf.ts';

const text = (name: string, ...parts: string[]): ZipContent => ({
  name,
  parts: parts.map((part) => Buffer.from(part)),
});

// oxlint-disable-next-line typescript/require-await -- a source of files is asynchronous
async function* source(...files: (ZipContent | Error)[]): AsyncGenerator<ZipContent> {
  for (const file of files) {
    if (file instanceof Error) throw file;
    yield file;
  }
}

test('files come out of the zip as they went in, without a time', async () => {
  const long = 'x'.repeat(300_000);
  const zip = await fromBufferPromise(
    await buffer(
      Readable.from(zipOf(source(text('a/b.txt', 'one ', 'two'), text('empty'), text('long', long)))),
    ),
  );
  const found: [string, string][] = [];
  for await (const entry of zip.eachEntry()) {
    expect(entry.getLastModDate().getFullYear()).toBe(1980);
    found.push([entry.fileName, (await buffer(await zip.openReadStreamPromise(entry))).toString()]);
  }
  expect(found).toEqual([
    ['a/b.txt', 'one two'],
    ['empty', ''],
    ['long', long],
  ]);
});

test('what the files throw is thrown on', async () => {
  const failing = zipOf(source(text('a', 'one'), new Error('no more')));
  await expect(buffer(Readable.from(failing))).rejects.toThrow('no more');
});

test('whoever stops listening stops the source', async () => {
  let isClosed = false;
  async function* endless(): AsyncGenerator<ZipContent> {
    try {
      for (let i = 0; ; i++) {
        await new Promise((resolve) => setImmediate(resolve));
        yield text(`${i}`, String(Math.random()).repeat(1000));
      }
    } finally {
      isClosed = true;
    }
  }
  for await (const chunk of zipOf(endless())) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  expect(isClosed).toBe(true);
});
