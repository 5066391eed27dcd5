/** More words than anybody types; SQLite allows 500 parts of a compound query. */
const mostWords = 32;

/**
 * A person's search as FTS5 phrases, one for each word, each matching beginnings ("menin" finds
 * "meningioma").
 *
 * Quoted, FTS5's operators (AND, NOT, NEAR, *, ^, column filters) are words like any other. A word with
 * signs inside, like "IM-0001", is a phrase of its parts in that order. Words without a letter or a digit
 * are left out, since the index does not have them.
 */
export function searchPhrases(search: string): string[] {
  return search
    .replaceAll('\0', ' ')
    .split(/\s+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, mostWords)
    .map((word) => `"${word.replaceAll('"', '""')}"*`);
}
