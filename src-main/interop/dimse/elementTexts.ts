/** A value as dcmjs names it: a text, a number, a list of them, or a person's name in its groups. */
function textOf(value: unknown): string | null {
  if (Array.isArray(value)) return textOf(value[0]);
  if (typeof value === 'string' || typeof value === 'number') return String(value).trim() || null;
  const { Alphabetic: alphabetic } = (value ?? {}) as { Alphabetic?: unknown };
  return typeof alphabetic === 'string' ? alphabetic.trim() || null : null;
}

/** Reads the answer to a C-FIND by keyword. */
export function elementTexts(elements: Record<string, unknown>): {
  text: (keyword: string) => string | null;
  number: (keyword: string) => number | null;
  texts: (keyword: string) => string[];
} {
  const text = (keyword: string): string | null => textOf(elements[keyword]);
  return {
    text,
    number: (keyword) => {
      const value = text(keyword);
      return value === null || !Number.isFinite(Number(value)) ? null : Number(value);
    },
    texts: (keyword) => {
      const value = elements[keyword];
      const values = Array.isArray(value) ? value : String(textOf(value) ?? '').split('\\');
      return values.map(textOf).filter((one) => one !== null);
    },
  };
}
