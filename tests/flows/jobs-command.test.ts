import { appendFile, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeInventedPictures } from '../fixtures/writeInventedPictures.ts';
import { bratum } from './commandLine.ts';

let work: string;
let pictures: string;
const usual = ['--model', 'combined', '--provider', 'cpu', '--json'];
const slow = 300_000;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'bratum-jobs-command-'));
  pictures = join(work, 'pictures');
  await mkdir(pictures);
  await writeInventedPictures(pictures, 70);
});

afterAll(() => rm(work, { recursive: true }));

async function json<Document>(...words: string[]): Promise<Document> {
  const { stdout, stderr, code } = await bratum(words, { dataFolder: join(work, 'data') });
  expect(code, stderr).toBeLessThan(3);
  return JSON.parse(stdout) as Document;
}

interface Handed {
  submission: string;
  found: number;
  added: number;
  answered: number;
  dead: number;
  waiting: number;
}
interface Answer {
  file: string;
  probabilities: Record<string, number>;
  modelFingerprint: string;
}
interface Overview {
  chunks: Record<string, number>;
  deadLetters: { file: string; error: { code: string } }[];
}

test(
  'submit answers as classify does, each content once, and again finds nothing to do',
  { timeout: slow },
  async () => {
    const database = join(work, 'twice');
    await copyFile(join(pictures, '000.png'), join(pictures, 'copy.png'));
    await writeFile(join(pictures, 'broken.png'), 'no picture');
    const first = await json<Handed>(
      'submit',
      '--from',
      'folder',
      pictures,
      '--database',
      database,
      ...usual,
    );
    expect(first).toMatchObject({ found: 71, added: 70, answered: 70, dead: 1, waiting: 0 });
    const list = join(work, 'list.txt');
    await writeFile(list, `# all of them\n${pictures}\n`);
    const again = await json<Handed>('submit', '--from', 'list', list, '--database', database, ...usual);
    expect(again).toMatchObject({ found: 71, added: 0, answered: 70, dead: 1 });

    const out = join(work, 'answers.jsonl');
    const overview = await json<Overview>(
      ...['jobs', '--database', database, '--answers', again.submission, '--out', out, '--json'],
    );
    expect(overview.chunks).toMatchObject({ done: 2, waiting: 0, active: 0, dead: 0 });
    expect(overview.deadLetters[0]).toMatchObject({
      file: join(pictures, 'broken.png'),
      error: { code: 'image-damaged' },
    });
    const { results } = await json<{ results: Answer[] }>('classify', pictures, ...usual);
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
    const answers = new Map(lines.map((line) => JSON.parse(line) as Answer).map((one) => [one.file, one]));
    expect(answers.size).toBe(70);
    for (const { file, probabilities, modelFingerprint } of results) {
      const own = answers.get(file);
      if (own === undefined) continue;
      expect(own.modelFingerprint).toBe(modelFingerprint);
      // The batches differ, and with them the order of sums.
      for (const [name, value] of Object.entries(probabilities))
        expect(own.probabilities[name]).toBeCloseTo(value, 5);
    }
  },
);

test(
  'a submission that was killed loses nothing that was acknowledged; a picture that changed since is given up',
  { timeout: slow },
  async () => {
    const database = join(work, 'killed');
    const words = ['submit', pictures, '--database', database, ...usual];
    const killed = bratum(words, {
      dataFolder: join(work, 'data'),
      onStart: (child) => void killOnceActive(database, () => child.kill('SIGKILL')),
    });
    expect((await killed).stdout).toBe('');
    await appendFile(join(pictures, '069.png'), 'more');
    const again = await json<Handed>(...words);
    // The changed picture is new content; the old one, which waits since the first time, is given up.
    expect(again).toMatchObject({ answered: 70, waiting: 0 });
    const { chunks, deadLetters } = await json<Overview>('jobs', '--database', database, '--json');
    expect(chunks).toMatchObject({ waiting: 0, active: 0, dead: 0 });
    const changed = deadLetters.filter(({ error }) => error.code === 'picture-changed');
    expect(changed.length).toBeLessThanOrEqual(1);
    for (const { file } of changed) expect(file).toBe(join(pictures, '069.png'));
  },
);

async function killOnceActive(database: string, kill: () => void): Promise<void> {
  for (;;) {
    const { stdout, code } = await bratum(['jobs', '--database', database, '--json']);
    if (code === 0 && (JSON.parse(stdout) as Overview).chunks['active']! > 0) return kill();
  }
}

test('what belongs together is asked for together', async () => {
  const alone = await bratum(['submit', pictures, '--queue', 'redis://127.0.0.1']);
  expect(alone).toMatchObject({ code: 1, stdout: '' });
  const wrong = await bratum(['jobs', '--queue', 'http://x', '--store', 'postgres://x', '--json']);
  expect(wrong).toMatchObject({ code: 1, stdout: '' });
});
