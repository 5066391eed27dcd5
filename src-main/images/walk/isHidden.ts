/** Files and folders that systems leave behind, and what people hide by a leading dot. */
const hidden = /^(\..*|__MACOSX|Thumbs\.db|desktop\.ini|\$RECYCLE\.BIN|System Volume Information)$/i;

/** True for a file or folder that a walk passes over. */
export function isHidden(name: string): boolean {
  return hidden.test(name);
}
