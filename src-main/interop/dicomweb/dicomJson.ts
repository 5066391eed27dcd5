import { z } from 'zod';

/** One element in DICOM's JSON model (PS3.18 F.2); one that does not fit it counts as empty. */
const element = z.object({ Value: z.array(z.unknown()).optional() }).catch({});

const dataSet = z.record(z.string(), element);

export type JsonElement = z.infer<typeof element> | undefined;

/** Elements by tag, eight hexadecimal digits. */
export type JsonDataSet = z.infer<typeof dataSet>;

/**
 * The data sets of an answer in DICOM's JSON model, a list of them or a single one.
 *
 * @returns null for anything else
 */
export function readDicomJson(body: Uint8Array): JsonDataSet[] | null {
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return null;
  }
  const read = z.array(dataSet).safeParse([json].flat());
  return read.success ? read.data : null;
}

/** The items of a sequence; what is no item counts as empty. */
export function itemsOf(sequence: JsonElement): JsonDataSet[] {
  return z.array(dataSet.catch({})).parse(sequence?.Value ?? []);
}

/** The texts of an element with several values. */
export function textsOf(values: JsonElement): string[] {
  return (values?.Value ?? []).filter((value) => typeof value === 'string');
}

/** The first value, of text or number; null where there is none. */
export function textOf(value: JsonElement): string | null {
  const first = value?.Value?.[0];
  return typeof first === 'string' || typeof first === 'number' ? String(first).trim() || null : null;
}

/** The first value as a number; null where there is none. */
export function numberOf(value: JsonElement): number | null {
  const text = textOf(value);
  return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}

/** The alphabetic form of a person's name. */
export function personNameOf(value: JsonElement): string | null {
  const name = value?.Value?.[0] as { Alphabetic?: unknown } | null | undefined;
  return typeof name?.Alphabetic === 'string' ? name.Alphabetic : null;
}
