import type { RandomStream } from '../../src-shared/statistics/RandomStream.ts';

/** As much of JSON Schema as zod writes for the contract. */
interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  enum?: unknown[];
  const?: unknown;
}

const hostile: unknown[] = [
  null,
  -1,
  1e308,
  NaN,
  2 ** 53,
  '',
  '../../etc/passwd',
  '<img src=x onerror=alert(1)>',
  "'; DROP TABLE cases; --",
  '\u0000\u202e',
  'a'.repeat(100_000),
  [],
  {},
  { __proto__: null, constructor: 1 },
  new Uint8Array(16),
  [[[[[[[[]]]]]]]],
  true,
];

/** A value that nearly fits a schema: most parts do, some are hostile, some are missing, some are too many. */
export function inputForSchema(schema: JsonSchema, random: RandomStream): unknown {
  if (random.happens(0.12)) return hostile[random.integer(hostile.length)];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[random.integer(schema.enum.length)];
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return inputForSchema(choices[random.integer(choices.length)]!, random);
  switch (schema.type) {
    case 'object':
      return objectFor(schema.properties ?? {}, random);
    case 'array':
      return Array.from({ length: random.integer(4) }, () => inputForSchema(schema.items ?? {}, random));
    case 'string':
      return Buffer.from(
        Array.from({ length: random.integer(24) }, () => 32 + random.integer(95)),
      ).toString();
    case 'integer':
      return random.integer(2000) - 10;
    case 'number':
      return random.between(-10, 1000);
    case 'boolean':
      return random.happens(0.5);
    default:
      return hostile[random.integer(hostile.length)];
  }
}

function objectFor(properties: Record<string, JsonSchema>, random: RandomStream): Record<string, unknown> {
  const fields = Object.entries(properties)
    .filter(() => random.happens(0.9))
    .map(([name, property]): [string, unknown] => [name, inputForSchema(property, random)]);
  return Object.fromEntries(random.happens(0.1) ? [...fields, ['unexpected', 1]] : fields);
}
