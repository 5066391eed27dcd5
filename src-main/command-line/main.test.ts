import { expect, test, vi } from 'vitest';
import { applicationVersion } from '../calls/applicationVersion.ts';
import { runCommandLine } from './main.ts';

/** Carries out a command line in this process. */
async function say(...words: string[]): Promise<{ code: number; out: string; complaint: string }> {
  const [out, complaint] = (['stdout', 'stderr'] as const).map((stream) =>
    vi.spyOn(process[stream], 'write').mockReturnValue(true),
  );
  try {
    const code = await runCommandLine(words);
    const textOf = (spy: typeof out): string => spy!.mock.calls.map(([text]) => String(text)).join('');
    return { code, out: textOf(out), complaint: textOf(complaint) };
  } finally {
    vi.restoreAllMocks();
  }
}

test('the overview has a line for each command, and each of these says what it takes', async () => {
  const { code, out } = await say('--help');
  expect(code).toBe(0);
  const names = [...out.matchAll(/^ {2}bratum (\w+) +\S/gm)].map(([, name]) => name!);
  expect(names).toEqual(expect.arrayContaining(['classify', 'dataset', 'pacs', 'train']));
  for (const name of names) {
    const help = await say(name, '--help');
    expect(help).toMatchObject({ code: 0, complaint: '' });
    for (const usage of help.out.matchAll(/^bratum (\w+)/gm)) expect(usage[1]).toBe(name);
  }
});

test('a command of a group speaks of itself alone', async () => {
  const { out } = await say('dataset', 'scan', '--help');
  expect(out).toMatch(/^bratum dataset scan DIR .*\n {4}Finds .*\n$/);
  const { code, complaint } = await say('dataset', 'scan', '--colour');
  expect(code).toBe(1);
  expect(complaint).toMatch(/--colour[^]*\n\n {2}bratum dataset scan DIR [^\n]*\n$/);
});

test('the version is the manifest’s', async () => {
  expect(await say('--version')).toEqual({ code: 0, out: `${applicationVersion()}\n`, complaint: '' });
});

test.each([
  [[], 'A command is missing.'],
  [['clasify'], 'There is no command “clasify”.'],
  [['constructor'], 'There is no command “constructor”.'],
  [['dataset'], 'dataset wants one of scan, label, split, verify, export after it.'],
  [['dataset', 'constructor'], 'dataset wants one of scan, label, split, verify, export after it.'],
])('%j is misuse, and nothing stands on standard output', async (words, message) => {
  const { code, out, complaint } = await say(...words);
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(complaint.split('\n')[0]).toBe(message);
  expect(complaint).toContain('  bratum ');
});
