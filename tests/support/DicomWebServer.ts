import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { readInstance, type DicomInstance } from '../../src-main/images/dicom/readInstance.ts';
import { readMultipart, writeMultipart } from '../../src-main/interop/dicomweb/multipart.ts';

type Stored = DicomInstance & { bytes: Uint8Array<ArrayBuffer> };

/**
 * An archive in memory that speaks as much DICOMweb (PS3.18) as tests of the screen need: QIDO-RS for studies, series and
 * instances without conditions, WADO-RS for an instance, STOW-RS. The real thing is in tests/services.
 */
export class DicomWebServer {
  readonly stored = new Map<string, Stored>();
  /** Sign in as this, or with 401 out again. */
  readonly user = 'reader';
  readonly password = 'not-a-secret';
  /** Asked for, with their query, in order. */
  readonly asked: string[] = [];
  /** A pull waits while this is true. */
  isHeld = false;
  readonly #server: Server;

  private constructor(files: readonly Uint8Array<ArrayBuffer>[]) {
    for (const bytes of files) this.#add(bytes);
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  static async start(files: readonly Uint8Array<ArrayBuffer>[]): Promise<DicomWebServer> {
    const server = new DicomWebServer(files);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/dicom-web`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #add(bytes: Uint8Array<ArrayBuffer>): string {
    const instance = readInstance(bytes, 'instance');
    this.stored.set(instance.sopInstanceUid, { ...instance, bytes });
    return instance.sopInstanceUid;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? '', this.address);
    const sign = `Basic ${Buffer.from(`${this.user}:${this.password}`).toString('base64')}`;
    if (request.headers.authorization !== sign) {
      response.writeHead(401).end();
      return;
    }
    this.asked.push(`${request.method} ${pathname.replace('/dicom-web', '')}${search}`);
    const [, , , study, , series, , instance] = pathname.split('/');
    const all = [...this.stored.values()].filter(
      (one) =>
        (study === undefined || one.studyInstanceUid === study) &&
        (series === undefined || one.seriesInstanceUid === series),
    );
    if (request.method === 'POST') {
      const uids = await this.#store(request);
      json(response, { '00081199': sequence(uids.map((uid) => ({ '00081155': value('UI', uid) }))) });
    } else if (instance !== undefined && instance !== '') {
      while (this.isHeld) await new Promise((resolve) => setTimeout(resolve, 20));
      const { body, contentType } = writeMultipart([this.stored.get(instance)?.bytes ?? new Uint8Array()]);
      response.writeHead(200, { 'Content-Type': contentType }).end(body);
    } else if (pathname.endsWith('/instances')) {
      json(
        response,
        all.map((one) => ({
          '00080016': value('UI', one.sopClassUid),
          '00080018': value('UI', one.sopInstanceUid),
        })),
      );
    } else if (pathname.endsWith('/series'))
      json(response, oneOfEach(all, 'seriesInstanceUid').map(seriesOf));
    else json(response, oneOfEach(all, 'studyInstanceUid').map(studyOf));
  }

  async #store(request: IncomingMessage): Promise<string[]> {
    const message = Uint8Array.from(await buffer(request));
    return readMultipart(message, request.headers['content-type'] ?? '').map((bytes) => this.#add(bytes));
  }
}

const value = (vr: string, ...values: (string | number | object | null)[]): object => ({ vr, Value: values });
const sequence = (items: object[]): object => ({ vr: 'SQ', Value: items });

function oneOfEach(all: Stored[], key: 'seriesInstanceUid' | 'studyInstanceUid'): Stored[][] {
  return [...Map.groupBy(all, (one) => one[key]).values()];
}

function studyOf(members: Stored[]): object {
  const [first] = members;
  return {
    '0020000D': value('UI', first?.studyInstanceUid ?? ''),
    '00100010': value('PN', { Alphabetic: first?.patientName ?? '' }),
    '00100020': value('LO', first?.patientId ?? ''),
    '00080020': value('DA', first?.studyDate ?? ''),
    '00081030': value('LO', first?.studyDescription ?? ''),
    '00080061': value('CS', ...new Set(members.map(({ modality }) => modality))),
    '00201206': value('IS', oneOfEach(members, 'seriesInstanceUid').length),
    '00201208': value('IS', members.length),
  };
}

function seriesOf(members: Stored[]): object {
  const [first] = members;
  return {
    '0020000E': value('UI', first?.seriesInstanceUid ?? ''),
    '00080060': value('CS', first?.modality ?? ''),
    '0008103E': value('LO', first?.seriesDescription ?? ''),
    '00201209': value('IS', members.length),
  };
}

function json(response: ServerResponse, answer: object): void {
  response.writeHead(200, { 'Content-Type': 'application/dicom+json' }).end(JSON.stringify(answer));
}
