/**
 * Text of DICOM elements in any of the character sets of PS3.3 C.12.1.1.2, as far as `TextDecoder` knows them.
 */

/** Decoders of the single-set terms; a set that is selected by escapes is decoded by the same one in its right half. */
const encodingOfTerm: Record<string, string> = {
  'IR 6': 'ascii',
  'IR 13': 'shift_jis',
  'IR 58': 'gb18030',
  'IR 100': 'iso-8859-1',
  'IR 101': 'iso-8859-2',
  'IR 109': 'iso-8859-3',
  'IR 110': 'iso-8859-4',
  'IR 126': 'iso-8859-7',
  'IR 127': 'iso-8859-6',
  'IR 138': 'iso-8859-8',
  'IR 144': 'iso-8859-5',
  'IR 148': 'iso-8859-9',
  'IR 149': 'euc-kr',
  'IR 166': 'windows-874',
  'IR 192': 'utf-8',
  'IR 203': 'iso-8859-15',
  GB18030: 'gb18030',
  GBK: 'gbk',
};

/** Escape sequences of PS3.3 tables C.12-3 and C.12-4 → encoding of the half that they select. */
const leftHalfEscapes: Record<string, string> = {
  '(B': 'ascii',
  '(J': 'ascii',
  $B: 'jis-x-0208',
  '$(D': 'jis-x-0212',
};
const rightHalfEscapes: Record<string, string> = {
  ')I': 'shift_jis',
  '$)A': 'gb18030',
  '$)C': 'euc-kr',
  '-A': 'iso-8859-1',
  '-B': 'iso-8859-2',
  '-C': 'iso-8859-3',
  '-D': 'iso-8859-4',
  '-F': 'iso-8859-7',
  '-G': 'iso-8859-6',
  '-H': 'iso-8859-8',
  '-L': 'iso-8859-5',
  '-M': 'iso-8859-9',
  '-T': 'windows-874',
  '-b': 'iso-8859-15',
};

const escape = 0x1b;
const decoders = new Map<string, TextDecoder>();

function decodeWith(label: string, bytes: Uint8Array): string {
  let decoder = decoders.get(label);
  if (decoder === undefined) decoders.set(label, (decoder = new TextDecoder(label)));
  return decoder.decode(bytes);
}

/** Undeclared text: UTF-8 where it is valid UTF-8, which plain ASCII always is, else Latin 1. */
function decodeUndeclared(bytes: Uint8Array): string {
  const text = decodeWith('utf-8', bytes);
  return text.includes('\ufffd') ? decodeWith('iso-8859-1', bytes) : text;
}

/** Kanji pairs of the left half, moved to the right half, where EUC-JP keeps JIS X 0208, or behind 0x8f JIS X 0212. */
function decodeKanji(pairs: Uint8Array, prefix: readonly number[]): string {
  const euc: number[] = [];
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    euc.push(...prefix, (pairs[i] ?? 0) | 0x80, (pairs[i + 1] ?? 0) | 0x80);
  }
  return decodeWith('euc-jp', Uint8Array.from(euc));
}

function decodeRun(bytes: Uint8Array, left: string, right: string): string {
  if (left === 'jis-x-0208') return decodeKanji(bytes, []);
  if (left === 'jis-x-0212') return decodeKanji(bytes, [0x8f]);
  return right === 'ascii' ? decodeUndeclared(bytes) : decodeWith(right, bytes);
}

/** Text with code extensions (ISO 2022): runs between escape sequences, each in the sets selected so far. */
function decodeWithEscapes(bytes: Uint8Array, initial: string): string {
  let [left, right, text] = ['ascii', initial, ''];
  let start = 0;
  while (start < bytes.length) {
    const at = bytes.indexOf(escape, start);
    const end = at === -1 ? bytes.length : at;
    text += decodeRun(bytes.subarray(start, end), left, right);
    if (at === -1) break;
    const [two, three] = [2, 3].map((length) =>
      String.fromCharCode(...bytes.subarray(at + 1, at + 1 + length)),
    );
    const sequence = [three, two].find(
      (s) => s !== undefined && (s in leftHalfEscapes || s in rightHalfEscapes),
    );
    left = leftHalfEscapes[sequence ?? ''] ?? left;
    right = rightHalfEscapes[sequence ?? ''] ?? right;
    start = at + 1 + (sequence?.length ?? 0);
  }
  return text;
}

/**
 * Decodes the bytes of a text element.
 *
 * @param characterSets - the values of SpecificCharacterSet; several mean that escape sequences switch between them
 * @returns the text as it stands, with its padding and its `\` between values
 */
export function decodeText(bytes: Uint8Array, characterSets: readonly string[]): string {
  const term = (characterSets[0] ?? '').replace(/^ISO[_ ](2022 )?/, '');
  const encoding = encodingOfTerm[term] ?? 'ascii';
  if (bytes.includes(escape)) return decodeWithEscapes(bytes, encoding);
  return encoding === 'ascii' ? decodeUndeclared(bytes) : decodeWith(encoding, bytes);
}
