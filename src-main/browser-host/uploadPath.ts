import { UserError } from '../../src-shared/errors.ts';

const deepest = 32;
const longestPart = 200;

/** What Windows forbids in names besides the separators, and a trailing dot or space. */
const forbiddenOnWindows = /[<>:"|?*]|[. ]$/g;

/** Names that Windows gives to devices, with any extension. */
const deviceName = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/** C0 control characters and DEL. */
function hasControlCharacter(text: string): boolean {
  return [...text].some((character) => character < ' ' || character === '\x7f');
}

/** A name that every file system takes, and the same name wherever the original is one already. */
function portableName(part: string): string {
  const name = part.replace(forbiddenOnWindows, '_');
  return deviceName.test(name) ? `_${name}` : name;
}

/**
 * The parts of an uploaded file's relative path, safe to join to a folder on any system. A path that
 * tries to leave the folder is refused; a name that only some file system forbids is adapted.
 *
 * @param path - as the browser gives it, `folder/inner/name` or just `name`
 * @throws UserError 'invalid-input'
 */
export function uploadPathParts(path: string): [string, ...string[]] {
  const [first, ...others] = path.split('/');
  const parts: [string, ...string[]] = [first ?? '', ...others];
  const isUnsafe = (part: string): boolean =>
    part === '' || part === '.' || part === '..' || part.length > longestPart || part.includes('\\');
  if (parts.length > deepest || parts.some(isUnsafe) || hasControlCharacter(path)) {
    throw new UserError('invalid-input', { reason: 'This file name cannot be uploaded.' });
  }
  return [portableName(parts[0]), ...parts.slice(1).map(portableName)];
}
