import { tags } from '../tags.ts';
import { defaultTransferSyntaxUid, type DataSetEncoding, type TransferSyntax } from '../transferSyntaxes.ts';
import { textValue } from './newValue.ts';
import { totalLength, writeDataSet, type NewElement } from './writeDataSet.ts';

const preambleLength = 128;
/** Ours, from a random UUID (PS3.5 B.2). */
const implementationClassUid = '2.25.171471844249801608480661841526664184565';
const implementationVersionName = 'BRATUM';
const uidText = /^[0-9.]{1,64}$/;

/**
 * Preamble of zeros, prefix and new file meta information (PS3.10 7.1). Nothing of the original's is copied: it may name
 * who sent and received the file.
 *
 * @param elements - of the data set that follows; its object is named here again
 */
export function writeFileStart(
  elements: readonly NewElement[],
  syntax: TransferSyntax,
  encoding: DataSetEncoding,
): Uint8Array[] {
  const named = [
    copied(tags.mediaStorageSopClassUid, elements, tags.sopClassUid),
    copied(tags.mediaStorageSopInstanceUid, elements, tags.sopInstanceUid),
  ].filter((element) => element !== null);
  const meta = writeDataSet(
    [
      { tag: tags.fileMetaInformationVersion, representation: 'OB', value: Uint8Array.of(0, 1) },
      ...named,
      text(tags.transferSyntaxUid, 'UI', syntaxUidFor(syntax, encoding)),
      text(tags.implementationClassUid, 'UI', implementationClassUid),
      text(tags.implementationVersionName, 'SH', implementationVersionName),
    ],
    'explicit-little',
  );
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, totalLength(meta), true);
  const lengthElement = { tag: tags.fileMetaInformationGroupLength, representation: 'UL', value: length };
  return [
    new Uint8Array(preambleLength),
    Buffer.from('DICM'),
    ...writeDataSet([lengthElement], 'explicit-little'),
    ...meta,
  ];
}

function copied(tag: string, elements: readonly NewElement[], from: string): NewElement | null {
  const original = elements.find((element) => element.tag === from);
  return original === undefined ? null : { ...original, tag, representation: 'UI' };
}

function text(tag: string, representation: string, value: string): NewElement {
  return { tag, representation, value: textValue(value, representation) };
}

/** The syntax that the file claims, unless its data set is written otherwise or the claim is no UID at all. */
function syntaxUidFor({ uid, encoding: claimed, codec }: TransferSyntax, encoding: DataSetEncoding): string {
  const { implicit, explicitLittle, explicitBig } = defaultTransferSyntaxUid;
  if (uidText.test(uid) && (claimed === encoding || codec !== 'none')) return uid;
  if (encoding === 'implicit-little') return implicit;
  return encoding === 'explicit-big' ? explicitBig : explicitLittle;
}
