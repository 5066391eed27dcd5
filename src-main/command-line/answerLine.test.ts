import { expect, it } from 'vitest';
import { answerLine } from './answerLine.ts';

it('is one line without control characters, whatever the file is called', () => {
  const outcome = { ok: false, error: { code: 'image-damaged', detail: {} } } as const;
  const path = '/scans/new\nline\x1b[31m.png';
  const line = answerLine({ path, fileName: 'new\nline\x1b[31m.png', frame: 3, slice: null, outcome });
  expect(line).toMatch(/^new�line�\[31m\.png \[3\] +failed: image-damaged$/);
});
