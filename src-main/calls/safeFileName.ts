/** Names that Windows keeps for devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

const longestBytes = 200;

/**
 * A base name that every file system takes: no separators, no control or reserved characters, no device of Windows, no
 * dot or space at its ends, at most 200 bytes of UTF-8. The extension is kept.
 */
export function safeFileName(name: string): string {
  const cleaned = name
    .normalize('NFC')
    // eslint-disable-next-line no-control-regex -- they are what is to go
    .replace(/[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/ (?=\.[^. ]*$)/, '')
    .replace(/^[. ]+|[. ]+$/g, '');
  const dot = cleaned.lastIndexOf('.');
  const [stem, extension] = dot > 0 ? [cleaned.slice(0, dot), cleaned.slice(dot)] : [cleaned, ''];
  const shortened = `${shorten(stem, longestBytes - Buffer.byteLength(extension))}${extension}`;
  if (shortened === '') return 'file';
  return deviceName.test(shortened) ? `_${shortened}` : shortened;
}

/** The longest beginning of a text that fits into so many bytes, without half a character. */
function shorten(text: string, bytes: number): string {
  let short = '';
  let left = bytes;
  for (const character of text) {
    left -= Buffer.byteLength(character);
    if (left < 0) break;
    short += character;
  }
  return short.trimEnd();
}
