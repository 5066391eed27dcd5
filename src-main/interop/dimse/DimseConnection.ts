import dcmjs from 'dcmjs';
import dimse from 'dcmjs-dimse';
import type { Dataset, requests, responses } from 'dcmjs-dimse';
import type {
  DimseServer,
  FoundInstance,
  FoundSeries,
  FoundStudy,
  StudyQuery,
} from '../../../src-shared/domain/pacs.ts';
import { UserError } from '../../../src-shared/errors.ts';
import { fileStart } from '../fileStart.ts';
import type { OutgoingObject, PacsConnection, StoreAnswer } from '../PacsConnection.ts';
import { withRetries, type RetryPolicy } from '../withRetries.ts';
import { associate, type DimseOptions } from './Association.ts';
import { elementTexts } from './elementTexts.ts';
import { moveInstances, type AskedInstances, type Take } from './moveInstances.ts';

const { Status } = dimse.constants;
const { CEchoRequest, CFindRequest, CGetRequest, CStoreRequest } = dimse.requests;
/** An association stays short, so that a broken one costs little; what came is kept. */
const instancesInAssociation = 32;

type FindRequest = requests.CFindRequest;

/** An archive over DIMSE (PS3.7): C-ECHO, C-FIND, C-GET or C-MOVE, and C-STORE, as a user of its services. */
export class DimseConnection implements PacsConnection {
  readonly #server: DimseServer & { name: string };
  readonly #options: DimseOptions & { retries?: RetryPolicy };

  constructor(
    server: DimseServer & { name: string },
    options: DimseOptions & { retries?: RetryPolicy } = {},
  ) {
    this.#server = server;
    this.#options = options;
  }

  async echo(): Promise<void> {
    await this.#retried(async () => {
      let isAnswered = false;
      await associate(
        this.#server,
        [new CEchoRequest()],
        (_, response) => (isAnswered = response.getStatus() === Status.Success),
        this.#options,
      );
      if (!isAnswered) throw this.#refusal('It did not answer C-ECHO.');
    });
  }

  async findStudies(query: StudyQuery): Promise<FoundStudy[]> {
    const found = await this.#find(() =>
      CFindRequest.createStudyFindRequest({
        StudyInstanceUID: query.studyInstanceUid ?? '',
        PatientID: query.patientId ?? '',
        PatientName: query.patientName ?? '',
        StudyDate: query.studyDate ?? '',
        ModalitiesInStudy: query.modality ?? '',
        StudyDescription: query.studyDescription ?? '',
        AccessionNumber: query.accessionNumber ?? '',
        NumberOfStudyRelatedSeries: '',
        NumberOfStudyRelatedInstances: '',
      }),
    );
    return found.slice(0, query.limit).flatMap(({ text, number, texts }) => {
      const studyInstanceUid = text('StudyInstanceUID');
      if (studyInstanceUid === null) return [];
      return {
        studyInstanceUid,
        patientId: text('PatientID'),
        patientName: text('PatientName'),
        studyDate: text('StudyDate'),
        studyDescription: text('StudyDescription'),
        accessionNumber: text('AccessionNumber'),
        modalities: texts('ModalitiesInStudy'),
        series: number('NumberOfStudyRelatedSeries'),
        instances: number('NumberOfStudyRelatedInstances'),
      };
    });
  }

  async findSeries(studyInstanceUid: string): Promise<FoundSeries[]> {
    const found = await this.#find(() =>
      CFindRequest.createSeriesFindRequest({
        StudyInstanceUID: studyInstanceUid,
        SeriesInstanceUID: '',
        Modality: '',
        SeriesNumber: '',
        SeriesDescription: '',
        BodyPartExamined: '',
        NumberOfSeriesRelatedInstances: '',
      }),
    );
    return found.flatMap(({ text, number }) => {
      const seriesInstanceUid = text('SeriesInstanceUID');
      if (seriesInstanceUid === null) return [];
      return {
        seriesInstanceUid,
        modality: text('Modality'),
        seriesNumber: number('SeriesNumber'),
        seriesDescription: text('SeriesDescription'),
        bodyPartExamined: text('BodyPartExamined'),
        instances: number('NumberOfSeriesRelatedInstances'),
      };
    });
  }

  async findInstances(studyInstanceUid: string, seriesInstanceUid: string): Promise<FoundInstance[]> {
    const found = await this.#find(() =>
      CFindRequest.createImageFindRequest({
        StudyInstanceUID: studyInstanceUid,
        SeriesInstanceUID: seriesInstanceUid,
        SOPInstanceUID: '',
        SOPClassUID: '',
      }),
    );
    return found.flatMap(({ text }) => {
      const sopInstanceUid = text('SOPInstanceUID');
      return sopInstanceUid === null ? [] : { sopInstanceUid, sopClassUid: text('SOPClassUID') };
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
    const missing = new Set(sopInstanceUids);
    while (missing.size > 0) {
      const before = missing.size;
      await this.#retried(async () => {
        const place = {
          studyInstanceUid,
          seriesInstanceUid,
          sopInstanceUids: [...missing].slice(0, instancesInAssociation),
        };
        const take = async (uid: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> => {
          await onInstance(uid, bytes);
          missing.delete(uid);
        };
        if (this.#server.movePort === undefined) await this.#get(place, take);
        else await moveInstances(this.#server, this.#server.movePort, place, take, this.#options);
      });
      if (missing.size === before)
        throw this.#refusal(
          this.#server.movePort === undefined
            ? 'It sent nothing; it may not know C-GET.'
            : 'It sent nothing to our port.',
        );
    }
  }

  async #get(
    { studyInstanceUid, seriesInstanceUid, sopInstanceUids }: AskedInstances,
    take: Take,
  ): Promise<void> {
    const asked = sopInstanceUids.map((uid) =>
      CGetRequest.createImageGetRequest(studyInstanceUid, seriesInstanceUid, uid),
    );
    const onStored = (uid: string, dataset: Dataset): Promise<void> => take(uid, fileOf(uid, dataset));
    await associate(this.#server, asked, () => undefined, this.#options, onStored);
  }

  async store(objects: readonly OutgoingObject[]): Promise<StoreAnswer[]> {
    const answers = new Map<string, string | null>();
    for (let start = 0; start < objects.length; start += instancesInAssociation) {
      await this.#retried(async () => {
        const batch = objects
          .slice(start, start + instancesInAssociation)
          .filter(({ sopInstanceUid }) => answers.get(sopInstanceUid) !== null);
        const asked = new Map<requests.Request, string>(
          batch.map((object) => [new CStoreRequest(datasetOf(object)), object.sopInstanceUid]),
        );
        const hear = (request: requests.Request, response: responses.Response): void => {
          const uid = asked.get(request);
          if (uid !== undefined) answers.set(uid, refusalIn(response));
        };
        await associate(this.#server, [...asked.keys()], hear, this.#options);
      });
    }
    return objects.map(({ sopInstanceUid }) => {
      const answer = answers.get(sopInstanceUid);
      return { sopInstanceUid, refusal: answer === undefined ? 'It was not acknowledged.' : answer };
    });
  }

  async #find(ask: () => FindRequest): Promise<ReturnType<typeof elementTexts>[]> {
    return this.#retried(async () => {
      const found: ReturnType<typeof elementTexts>[] = [];
      let last: number | null = null;
      await associate(
        this.#server,
        [ask()],
        (_, response) => {
          last = response.getStatus();
          const dataset = response.getDataset();
          if (last === Status.Pending && dataset !== undefined)
            found.push(elementTexts(dataset.getElements()));
        },
        this.#options,
      );
      if (last !== Status.Success) throw this.#refusal(`C-FIND ended with status ${String(last)}.`);
      return found;
    });
  }

  #retried<Value>(work: () => Promise<Value>): Promise<Value> {
    return withRetries(work, this.#options.signal, this.#options.retries);
  }

  #refusal(reason: string): UserError {
    return new UserError('pacs-refused', { server: this.#server.name, reason });
  }
}

/** Warnings (B000…BFFF) are stored all the same (PS3.4 B.2.3). */
function refusalIn(response: responses.Response): string | null {
  const status = response.getStatus();
  const isStored = status === Status.Success || (status & 0xf000) === 0xb000;
  return isStored ? null : `Status ${status.toString(16).toUpperCase()}.`;
}

function fileOf(sopInstanceUid: string, dataset: Dataset): Uint8Array<ArrayBuffer> {
  const start = fileStart({
    sopClassUid: dataset.getElement('SOPClassUID') ?? '',
    sopInstanceUid,
    transferSyntaxUid: dataset.getTransferSyntaxUid(),
  });
  return Uint8Array.from(Buffer.concat([start, dataset.getDenaturalizedDataset()]));
}

function datasetOf({ bytes, transferSyntaxUid }: OutgoingObject): Dataset {
  const { DicomMessage, DicomMetaDictionary } = dcmjs.data;
  const { dict } = DicomMessage.readFile(bytes.slice().buffer);
  return new dimse.Dataset(DicomMetaDictionary.naturalizeDataset(dict), transferSyntaxUid);
}
