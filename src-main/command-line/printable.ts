/**
 * A text for the terminal. Names of files and patients come from strangers, and control characters in them would
 * move the cursor, change colours or break a line in two.
 */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '�');
}
