import type {
  FoundInstance,
  FoundSeries,
  FoundStudy,
  PacsServer,
  StudyQuery,
} from '../../../src-shared/domain/pacs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { mapInOrder } from '../../../src-shared/inOrder.ts';
import type { OutgoingObject, PacsConnection, StoreAnswer } from '../PacsConnection.ts';
import {
  itemsOf,
  numberOf,
  personNameOf,
  readDicomJson,
  textOf,
  textsOf,
  type JsonDataSet,
} from './dicomJson.ts';
import { readMultipart, writeMultipart } from './multipart.ts';
import type { WebAnswer } from './sendRequest.ts';
import { WebRequests, type WebOptions } from './WebRequests.ts';

/** Few enough for a small archive, enough to hide the way there and back. */
const requestsAtOnce = 4;
/** Objects of about half a megabyte: one message stays small. */
const objectsInMessage = 8;
const dicomJson = 'application/dicom+json';
const dicomParts = 'multipart/related; type="application/dicom"; transfer-syntax=*';

/** Keywords of QIDO-RS as the service takes them, and their tags as it answers. */
const tags = {
  studyDate: '00080020',
  sopClassUid: '00080016',
  sopInstanceUid: '00080018',
  accessionNumber: '00080050',
  modality: '00080060',
  modalitiesInStudy: '00080061',
  studyDescription: '00081030',
  seriesDescription: '0008103E',
  failedSopSequence: '00081198',
  referencedSopSequence: '00081199',
  failureReason: '00081197',
  referencedSopInstanceUid: '00081155',
  patientName: '00100010',
  patientId: '00100020',
  bodyPartExamined: '00180015',
  studyInstanceUid: '0020000D',
  seriesInstanceUid: '0020000E',
  seriesNumber: '00200011',
  seriesOfStudy: '00201206',
  instancesOfStudy: '00201208',
  instancesOfSeries: '00201209',
} as const;

/** An archive over DICOMweb (PS3.18): QIDO-RS, WADO-RS and STOW-RS. */
export class DicomWebConnection implements PacsConnection {
  readonly #requests: WebRequests;
  readonly #name: string;

  constructor(
    { name, url, caCertificate }: PacsServer & { protocol: 'dicomweb' },
    options: Omit<WebOptions, 'caCertificate'> = {},
  ) {
    this.#requests = new WebRequests(url, name, { ...options, caCertificate });
    this.#name = name;
  }

  async echo(): Promise<void> {
    await this.#find('/studies', { limit: '1' });
  }

  async findStudies(query: StudyQuery): Promise<FoundStudy[]> {
    const found = await this.#find('/studies', {
      StudyInstanceUID: query.studyInstanceUid,
      PatientID: query.patientId,
      PatientName: query.patientName,
      StudyDate: query.studyDate,
      ModalitiesInStudy: query.modality,
      StudyDescription: query.studyDescription,
      AccessionNumber: query.accessionNumber,
      includefield: [
        tags.studyDescription,
        tags.modalitiesInStudy,
        tags.seriesOfStudy,
        tags.instancesOfStudy,
      ],
      limit: String(query.limit),
    });
    return found.slice(0, query.limit).flatMap((study) => {
      const studyInstanceUid = textOf(study[tags.studyInstanceUid]);
      if (studyInstanceUid === null) return [];
      return {
        studyInstanceUid,
        patientId: textOf(study[tags.patientId]),
        patientName: personNameOf(study[tags.patientName]),
        studyDate: textOf(study[tags.studyDate]),
        studyDescription: textOf(study[tags.studyDescription]),
        accessionNumber: textOf(study[tags.accessionNumber]),
        modalities: textsOf(study[tags.modalitiesInStudy]),
        series: numberOf(study[tags.seriesOfStudy]),
        instances: numberOf(study[tags.instancesOfStudy]),
      };
    });
  }

  async findSeries(studyInstanceUid: string): Promise<FoundSeries[]> {
    const found = await this.#find(`/studies/${studyInstanceUid}/series`, {
      includefield: [tags.seriesDescription, tags.bodyPartExamined, tags.instancesOfSeries],
    });
    return found.flatMap((series) => {
      const seriesInstanceUid = textOf(series[tags.seriesInstanceUid]);
      if (seriesInstanceUid === null) return [];
      return {
        seriesInstanceUid,
        modality: textOf(series[tags.modality]),
        seriesNumber: numberOf(series[tags.seriesNumber]),
        seriesDescription: textOf(series[tags.seriesDescription]),
        bodyPartExamined: textOf(series[tags.bodyPartExamined]),
        instances: numberOf(series[tags.instancesOfSeries]),
      };
    });
  }

  async findInstances(studyInstanceUid: string, seriesInstanceUid: string): Promise<FoundInstance[]> {
    const path = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances`;
    const found = await this.#find(path, {}, [404]);
    return found.flatMap((instance) => {
      const sopInstanceUid = textOf(instance[tags.sopInstanceUid]);
      return sopInstanceUid === null
        ? []
        : { sopInstanceUid, sopClassUid: textOf(instance[tags.sopClassUid]) };
    });
  }

  async fetchInstances(
    {
      studyInstanceUid,
      seriesInstanceUid,
    }: {
      studyInstanceUid: string;
      seriesInstanceUid: string;
    },
    sopInstanceUids: readonly string[],
    onInstance: (sopInstanceUid: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>,
  ): Promise<void> {
    const fetchOne = async (uid: string): Promise<void> => {
      const path = `/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${uid}`;
      const { body, contentType } = await this.#requests.send(path, dicomParts);
      const [file] = contentType.startsWith('application/dicom') ? [body] : readMultipart(body, contentType);
      if (file === undefined) throw this.#damaged('An instance has no part.');
      await onInstance(uid, file);
    };
    const fetching = mapInOrder(sopInstanceUids, requestsAtOnce, fetchOne);
    let isDone = false;
    while (!isDone) isDone = (await fetching.next()).done === true;
  }

  async store(objects: readonly OutgoingObject[]): Promise<StoreAnswer[]> {
    const answers: StoreAnswer[] = [];
    for (let start = 0; start < objects.length; start += objectsInMessage) {
      const batch = objects.slice(start, start + objectsInMessage);
      const message = writeMultipart(batch.map(({ bytes }) => bytes));
      // 409: not one was stored, and the body says why.
      const answer = await this.#requests.send('/studies', dicomJson, message, [409]);
      const [dataSet] = this.#readDataSets(answer);
      answers.push(...storeAnswers(batch, dataSet ?? {}));
    }
    return answers;
  }

  async #find(
    path: string,
    conditions: Record<string, string | readonly string[] | undefined>,
    allowed: readonly number[] = [],
  ): Promise<JsonDataSet[]> {
    const query = new URLSearchParams();
    for (const [key, value] of Object.entries(conditions))
      for (const one of [value ?? []].flat()) query.append(key, one);
    const answer = await this.#requests.send(`${path}?${query.toString()}`, dicomJson, null, allowed);
    if (answer.status === 204 || answer.status === 404) return [];
    return this.#readDataSets(answer);
  }

  #readDataSets({ body }: WebAnswer): JsonDataSet[] {
    const dataSets = readDicomJson(body);
    if (dataSets === null) throw this.#damaged('It holds no data sets.');
    return dataSets;
  }

  #damaged(reason: string): UserError {
    return new UserError('pacs-answer-damaged', { server: this.#name, reason });
  }
}

/** Whatever the answer does not name as stored was not (PS3.18 10.5.3). */
function storeAnswers(batch: readonly OutgoingObject[], answer: JsonDataSet): StoreAnswer[] {
  const stored = new Set(
    itemsOf(answer[tags.referencedSopSequence]).map((item) => textOf(item[tags.referencedSopInstanceUid])),
  );
  const reasons = new Map(
    itemsOf(answer[tags.failedSopSequence]).map((item) => [
      textOf(item[tags.referencedSopInstanceUid]),
      numberOf(item[tags.failureReason]),
    ]),
  );
  return batch.map(({ sopInstanceUid }) => {
    if (stored.has(sopInstanceUid)) return { sopInstanceUid, refusal: null };
    const reason = reasons.get(sopInstanceUid) ?? null;
    return {
      sopInstanceUid,
      refusal: reason === null ? 'It was not acknowledged.' : `Reason ${reason.toString(16).toUpperCase()}.`,
    };
  });
}
