import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DecodeError } from '@msgpack/msgpack';
import sharp from 'sharp';
import { z } from 'zod';
import { openWorkstation } from '../../src-main/calls/openWorkstation.ts';
import { readLabels } from '../../src-main/datasets/Labels.ts';
import { isDicomDirectory, readDicomDirectory } from '../../src-main/images/dicom/readDicomDirectory.ts';
import { openImageFile } from '../../src-main/images/openImageFile.ts';
import { walkFiles } from '../../src-main/images/walk/walkFiles.ts';
import { DicomWebConnection } from '../../src-main/interop/dicomweb/DicomWebConnection.ts';
import { writeMultipart } from '../../src-main/interop/dicomweb/multipart.ts';
import { fingerprintOf, loadModel } from '../../src-main/network/loadModel.ts';
import { OnnxError, readOnnxGraph } from '../../src-main/network/readOnnxGraph.ts';
import { calls, type CallName } from '../../src-shared/contract/calls.ts';
import { decodeMessage, encodeMessage } from '../../src-shared/contract/codec.ts';
import { UserError } from '../../src-shared/errors.ts';
import { RandomStream } from '../../src-shared/statistics/RandomStream.ts';
import { writeDicomDirectory } from '../fixtures/archives/writeDicomDirectory.ts';
import { writeZip } from '../fixtures/archives/writeZip.ts';
import { writeBitmap } from '../fixtures/images/writeBitmap.ts';
import { writeNifti } from '../fixtures/images/writeNifti.ts';
import { writeTiff } from '../fixtures/images/writeTiff.ts';
import { writeModel } from '../fixtures/writeModel.ts';
import { inputForSchema } from './inputForSchema.ts';
import { mutate } from './mutate.ts';

/** One parser under fire. */
export interface Target {
  /**
   * Makes the input of a number and gives it to the parser.
   *
   * @throws whatever the parser throws that is no typed error
   */
  tryInput(random: RandomStream): Promise<void>;
  close(): Promise<void>;
}

interface Seed {
  name: string;
  bytes: Uint8Array;
}

const nothing = (): Promise<void> => Promise.resolve();

/** A typed error is an answer; anything else is a finding. */
async function expectAnswer(run: () => unknown): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

function mutated(seeds: readonly Seed[], random: RandomStream): Seed & { bytes: Uint8Array<ArrayBuffer> } {
  const { name, bytes } = seeds[random.integer(seeds.length)]!;
  return { name, bytes: mutate(bytes, seeds[random.integer(seeds.length)]!.bytes, random) };
}

/** Opens a picture file, and decodes its first and last slice. */
async function readPictures(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<void> {
  const file = await openImageFile(bytes, name);
  const { length } = file.slices;
  for (const index of new Set([0, length - 1])) if (index >= 0) await file.readSlice(index);
}

function pictureTarget(seeds: readonly Seed[]): Target {
  return {
    async tryInput(random) {
      const { bytes, name } = mutated(seeds, random);
      await expectAnswer(() =>
        isDicomDirectory(bytes) ? readDicomDirectory(bytes, name) : readPictures(bytes, name),
      );
    },
    close: nothing,
  };
}

async function dicomTarget(): Promise<Target> {
  const folder = new URL('../fixtures/dicom/', import.meta.url);
  const names = (await readdir(folder)).filter((name) => name.endsWith('.dcm') || name === 'DICOMDIR').sort();
  const files = names.map(async (name) => ({ name, bytes: await readFile(new URL(name, folder)) }));
  const directory = { name: 'DICOMDIR', bytes: writeDicomDirectory(['A\\B', 'A\\C']) };
  return pictureTarget([...(await Promise.all(files)), directory]);
}

function niftiTarget(): Promise<Target> {
  const volume = (datatype: number, bytesPerVoxel: number, version: 1 | 2 = 1): Buffer =>
    Buffer.from(
      writeNifti({
        version,
        sizes: [6, 5, 4],
        datatype,
        bytesPerVoxel,
        pixdim: [1, 1, 3],
        write: (view, offset, index, isLittleEndian) =>
          bytesPerVoxel === 2 ? view.setInt16(offset, index, isLittleEndian) : view.setUint8(offset, index),
      }),
    );
  const volumes = [volume(2, 1), volume(4, 2), volume(4, 2, 2)];
  const plain = volumes.map((bytes) => ({ name: 'a.nii', bytes }));
  const packed = volumes.map((bytes) => ({ name: 'a.nii.gz', bytes: gzipSync(bytes) }));
  return Promise.resolve(pictureTarget([...plain, ...packed]));
}

async function imagesTarget(): Promise<Target> {
  const grey = Buffer.from(Array.from({ length: 24 * 16 }, (_, i) => (i * 7) % 256));
  const picture = () => sharp(grey, { raw: { width: 24, height: 16, channels: 1 } });
  const pixels = Array.from({ length: 4 }, (_, row) => [row, 1, 2, 3, 4, 5].flat());
  return pictureTarget([
    { name: 'a.png', bytes: await picture().png().toBuffer() },
    {
      name: 'b.png',
      bytes: await picture().toColourspace('b-w').png({ palette: true, progressive: true }).toBuffer(),
    },
    { name: 'a.jpg', bytes: await picture().jpeg().toBuffer() },
    { name: 'b.jpg', bytes: await picture().jpeg({ progressive: true }).toBuffer() },
    { name: 'a.webp', bytes: await picture().webp().toBuffer() },
    { name: 'a.tif', bytes: await picture().tiff({ compression: 'lzw' }).toBuffer() },
    { name: 'b.tif', bytes: await picture().tiff({ compression: 'deflate', tile: true }).toBuffer() },
    {
      name: 'c.tif',
      bytes: writeTiff([{ rows: 4, columns: 2, samples: Int16Array.from(pixels.flat().slice(0, 8)) }]),
    },
    { name: 'a.bmp', bytes: writeBitmap({ rows: 4, columns: 2, bitsPerPixel: 24, pixels }) },
  ]);
}

/** Parsers that read files by path get theirs in a folder of their own. */
async function fileTarget(seeds: readonly Seed[], read: (path: string) => Promise<void>): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-fuzz-'));
  return {
    async tryInput(random) {
      const { bytes, name } = mutated(seeds, random);
      const path = join(folder, name);
      await writeFile(path, bytes);
      await expectAnswer(() => read(path));
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

async function zipTarget(): Promise<Target> {
  const slice = await readFile(new URL('../fixtures/dicom/s12.dcm', import.meta.url));
  const bytes = [
    writeZip([
      { name: 'a/1.dcm', bytes: slice, isDeflated: true },
      { name: 'a/2.dcm', bytes: slice },
    ]),
    writeZip([
      { name: 'DICOMDIR', bytes: writeDicomDirectory(['A\\B']) },
      { name: 'A/B', bytes: slice, isDeflated: true },
    ]),
  ];
  const seeds = bytes.map((one) => ({ name: 'a.zip', bytes: one }));
  return fileTarget(seeds, async (path) => {
    for await (const item of walkFiles([path]))
      if (item.kind === 'file') await expectAnswer(() => item.file.readBytes());
  });
}

function csvTarget(): Promise<Target> {
  const texts = [
    'path,plane,class\na/1.png,axial,glioma_tumor\n"b, c/2.png",,no_tumor\n',
    'hash;class\n' + 'ab'.repeat(32) + ';Meningioma\n',
    '\uFEFFpath\tplane\r\nx\\y.png\tsagittal\r\n',
  ];
  const seeds = texts.map((text) => ({ name: 'labels.csv', bytes: Buffer.from(text) }));
  return fileTarget(seeds, async (path) => {
    await readLabels(path);
  });
}

/** A graph alone, a card beside its graph, and a graph whose card was made to fit it. */
async function modelTarget(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-fuzz-model-'));
  await writeModel(folder, { task: 'tumour-class' });
  const [graph, card] = await Promise.all([
    readFile(join(folder, 'model.onnx')),
    readFile(join(folder, 'card.json')),
  ]);
  // The weights are most of a file; the structure before and after them is what a parser can trip over.
  const readGraph = (bytes: Uint8Array): void => {
    try {
      readOnnxGraph(bytes);
    } catch (error) {
      if (!(error instanceof OnnxError)) throw error;
    }
  };
  return {
    async tryInput(random) {
      if (random.happens(0.4)) return readGraph(mutate(graph, graph, random));
      if (random.happens(0.5)) {
        await writeFile(join(folder, 'model.onnx'), graph);
        await writeFile(join(folder, 'card.json'), mutate(card, card, random));
      } else {
        const other = mutate(graph, graph, random);
        const fitting = { ...(JSON.parse(card.toString()) as object), fingerprint: fingerprintOf(other) };
        await writeFile(join(folder, 'model.onnx'), other);
        await writeFile(join(folder, 'card.json'), JSON.stringify(fitting));
      }
      await expectAnswer(() => loadModel(folder));
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The codec says what it throws; the browser host closes the connection then. */
function expectDecoded(bytes: Uint8Array): void {
  try {
    decodeMessage(bytes);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof DecodeError)) throw error;
  }
}

/** Calls that start processes for minutes rather than parse. */
const slowCalls = new Set<string>(['listProviders']);

/** Every call of the contract behind a real store, and the WebSocket's codec in front of it. */
async function callsTarget(): Promise<Target> {
  const folder = await mkdtemp(join(tmpdir(), 'bratum-fuzz-calls-'));
  const host = {
    name: 'command-line',
    version: 'fuzz',
    choosePaths: null,
    chooseTarget: null,
    emit() {},
  } as const;
  const workstation = await openWorkstation(host, { storeFolder: folder });
  const names = (Object.keys(calls) as CallName[]).filter((name) => !slowCalls.has(name));
  const schemas = names.map((name) =>
    z.toJSONSchema(calls[name].input, { unrepresentable: 'any', io: 'input' }),
  );
  return {
    async tryInput(random) {
      const index = random.integer(names.length);
      const input = inputForSchema(schemas[index] as Parameters<typeof inputForSchema>[0], random);
      if (random.happens(0.3)) {
        const message = encodeMessage({ id: 1, name: names[index], input });
        return expectDecoded(mutate(message, message, random));
      }
      const outcome = await workstation.dispatch(names[index]!, input);
      if (!outcome.ok && outcome.error.code === 'internal')
        throw new Error(`${names[index]} answered “internal” to ${JSON.stringify(input)?.slice(0, 500)}`);
    },
    async close() {
      await workstation.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An archive over DICOMweb that answers with what it should not. */
async function archiveTarget(): Promise<Target> {
  const slice = await readFile(new URL('../fixtures/dicom/s12.dcm', import.meta.url));
  const parts = writeMultipart([slice.subarray(0, 2000), slice.subarray(0, 300)]);
  const uid = '1.2.3';
  const dataSet = {
    '0020000D': { vr: 'UI', Value: [uid] },
    '0020000E': { vr: 'UI', Value: [uid] },
    '00080018': { vr: 'UI', Value: [uid] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Ann' }] },
    '00080061': { vr: 'CS', Value: ['MR'] },
    '00201208': { vr: 'IS', Value: [3] },
    '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: [uid] } }] },
    '00081198': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1'] } }] },
  };
  const json = Buffer.from(JSON.stringify([dataSet, dataSet]));
  const values = { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'object' }, {}] } };
  const element = { type: 'object', properties: { vr: { type: 'string' }, Value: values } };
  const properties = Object.fromEntries(Object.keys(dataSet).map((tag) => [tag, element]));
  const dataSetsSchema = { type: 'array', items: { type: 'object', properties } };
  let answer: { body: Uint8Array; contentType: string };
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': answer.contentType }).end(answer.body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const archive = new DicomWebConnection(
    { protocol: 'dicomweb', name: 'fuzz', url: `http://127.0.0.1:${port}` },
    { retries: { attempts: 1, firstDelayMs: 0 } },
  );
  const series = { studyInstanceUid: uid, seriesInstanceUid: uid };
  const questions: (() => Promise<unknown>)[] = [
    () => archive.findStudies({ limit: 5 }),
    () => archive.findSeries(uid),
    () => archive.findInstances(uid, uid),
    () =>
      archive.store([
        { sopInstanceUid: uid, sopClassUid: uid, transferSyntaxUid: uid, bytes: slice.subarray(0, 300) },
      ]),
  ];
  return {
    async tryInput(random) {
      if (random.happens(0.4)) {
        // A header with line breaks would not leave this server.
        const type = Buffer.from(mutate(Buffer.from(parts.contentType), json, random)).toString('latin1');
        const contentType = random.happens(0.5) ? parts.contentType : type.replace(/[^\x20-\x7e]/g, '');
        answer = { body: mutate(parts.body, json, random), contentType };
        return expectAnswer(() => archive.fetchInstances(series, [uid], nothing));
      }
      const body = random.happens(0.5)
        ? mutate(json, json, random)
        : Buffer.from(JSON.stringify(inputForSchema(dataSetsSchema, random)) ?? '');
      answer = { body, contentType: 'application/dicom+json' };
      await expectAnswer(questions[random.integer(questions.length)]!);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The parsers, by the name that `npm run fuzz -- --target NAME` takes. */
export const targets = {
  dicom: dicomTarget,
  nifti: niftiTarget,
  images: imagesTarget,
  zip: zipTarget,
  csv: csvTarget,
  model: modelTarget,
  calls: callsTarget,
  archive: archiveTarget,
} satisfies Record<string, () => Promise<Target>>;

export type TargetName = keyof typeof targets;

/** The random numbers of one input: they depend on seed, target and number alone, so that any input can be made again. */
export function randomOf(seed: number, target: TargetName, input: number): RandomStream {
  return new RandomStream(seed, Object.keys(targets).indexOf(target), input);
}
