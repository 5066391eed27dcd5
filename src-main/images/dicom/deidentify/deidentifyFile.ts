import { deflateRawSync } from 'node:zlib';
import type {
  DeidentificationOptions,
  DeidentificationWarning,
} from '../../../../src-shared/domain/deidentification.ts';
import { UserError } from '../../../../src-shared/errors.ts';
import { hashContent } from '../../hashContent.ts';
import { ElementReader } from '../ElementReader.ts';
import { naming } from '../naming.ts';
import { parseDicomFile, type DicomFile } from '../parseDicomFile.ts';
import { tags } from '../tags.ts';
import { DataSetCleaner, type ElementOutcome } from './DataSetCleaner.ts';
import { IdentifyingWords } from './IdentifyingWords.ts';
import { methodElements } from './methodElements.ts';
import { textValue } from './newValue.ts';
import { isPixelTag, pixelElement } from './pixelElement.ts';
import { pixelWarnings } from './pixelWarnings.ts';
import type { Pseudonyms } from './Pseudonyms.ts';
import { writeFileStart } from './writeFileStart.ts';
import { writeDataSet, type NewElement } from './writeDataSet.ts';

/** A file without its patient. */
export interface DeidentifiedFile {
  /** The new file, in stretches to write one after another. */
  parts: Uint8Array[];
  /** New identifiers, for its place in folders. */
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  /** The patient's pseudonym. */
  patient: string;
  outcomes: ElementOutcome[];
  warnings: DeidentificationWarning[];
}

const classicPictures = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.(2|4|7)$/;
const uidKeywords = ['studyInstanceUid', 'seriesInstanceUid', 'sopInstanceUid'] as const;

/**
 * De-identifies a DICOM file by the Basic Application Level Confidentiality Profile (PS3.15 annex E) and its options.
 *
 * Every attribute that stays is copied byte for byte, the pixels among them, in the encoding that the file has; nothing
 * else of the file is: preamble, file meta information, group lengths, what follows the pixels. The pixels themselves
 * are not looked at; `warnings` says what they may show.
 *
 * @param bytes - the whole file
 * @param fileName - base name, for errors
 * @throws UserError as `parseDicomFile`; 'dicom-no-pixel-data' for objects that are no pictures, which are mostly text;
 *   'deidentification-unsafe' where the pixels' bytes hold the patient's name or number as text
 */
export function deidentifyFile(
  bytes: Uint8Array,
  fileName: string,
  options: DeidentificationOptions,
  pseudonyms: Pseudonyms,
): DeidentifiedFile {
  try {
    const file = parseDicomFile(bytes);
    const pixels = pixelElement(file.dataSet);
    if (pixels === null) throw new UserError('dicom-no-pixel-data');
    return deidentify(file, pixels, hashContent(bytes), options, pseudonyms);
  } catch (error) {
    throw naming(fileName, error);
  }
}

function deidentify(
  file: DicomFile,
  pixels: NewElement,
  fileHash: string,
  options: DeidentificationOptions,
  pseudonyms: Pseudonyms,
): DeidentifiedFile {
  const elements = new ElementReader(file.dataSet);
  const { characterSets } = elements;
  const words = new IdentifyingWords(file.dataSet, characterSets);
  if (pixelParts(pixels).some((part) => words.areInBytes(part)))
    throw new UserError('deidentification-unsafe');
  const patientIdentity = identityOf(elements, fileHash);
  const outcomes: ElementOutcome[] = [];
  const cleaner = new DataSetCleaner({
    options,
    isClassicPicture: classicPictures.test(elements.text('sopClassUid') ?? ''),
    pseudonyms,
    patientIdentity,
    words,
    characterSets,
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  const uids = newUids(elements, fileHash, pseudonyms);
  const ours = [...methodElements(options), ...uidElements(uids), pixels];
  const oursByTag = new Set(ours.map(({ tag }) => tag));
  const kept = cleaner.clean(file.dataSet).filter(({ tag }) => !isPixelTag(tag) && !oursByTag.has(tag));
  return {
    parts: writeFile(file, [...kept, ...ours]),
    ...uids,
    patient: pseudonyms.patient(patientIdentity),
    outcomes,
    warnings: pixelWarnings(elements),
  };
}

/** Whose dates move together: the patient that the file names, else the study, else the file alone. */
function identityOf(elements: ElementReader, fileHash: string): string {
  const [patient, issuer] = [elements.text('patientId'), elements.text('issuerOfPatientId')];
  if (patient !== null) return JSON.stringify(['patient', issuer, patient]);
  return JSON.stringify(['study', elements.text('studyInstanceUid') ?? fileHash]);
}

type Uids = Record<(typeof uidKeywords)[number], string>;

/** The new identifiers of the object; one that is missing is made up from the file, since no viewer does without. */
function newUids(elements: ElementReader, fileHash: string, pseudonyms: Pseudonyms): Uids {
  const newUid = (keyword: (typeof uidKeywords)[number]): string =>
    pseudonyms.uid(elements.text(keyword) ?? `${keyword} of ${fileHash}`);
  return {
    studyInstanceUid: newUid('studyInstanceUid'),
    seriesInstanceUid: newUid('seriesInstanceUid'),
    sopInstanceUid: newUid('sopInstanceUid'),
  };
}

function uidElements(uids: Uids): NewElement[] {
  return uidKeywords.map((keyword) => ({
    tag: tags[keyword],
    representation: 'UI',
    value: textValue(uids[keyword], 'UI'),
  }));
}

function pixelParts({ value }: NewElement): readonly Uint8Array[] {
  if (value instanceof Uint8Array) return [value];
  return 'fragments' in value ? value.fragments : [];
}

/** The file around its elements, encoded as the original is. */
function writeFile({ syntax, encoding }: DicomFile, elements: readonly NewElement[]): Uint8Array[] {
  const start = writeFileStart(elements, syntax, encoding);
  if (encoding !== 'deflated') return [...start, ...writeDataSet(elements, encoding)];
  const deflated = deflateRawSync(Buffer.concat(writeDataSet(elements, 'explicit-little')));
  return [...start, deflated, new Uint8Array(deflated.length % 2)];
}
