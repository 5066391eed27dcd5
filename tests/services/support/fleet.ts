import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import type { SubmittedRun } from '../../../src-shared/domain/jobs.ts';
import { bratum, entry } from '../../flows/commandLine.ts';
import type { RunningServer } from './startServer.ts';

/** What `bratum jobs --json` prints, as far as tests ask. */
export interface Overview {
  submissions: { id: string; slices: number; answered: number; waiting: number; dead: number }[];
  chunks: Record<string, number>;
  workers: { id: string; isAlive: boolean; slices: number }[];
  runs: SubmittedRun[];
  deadLetters: { file: string; attempts: number; error: { code: string } }[];
}

/** A line of `bratum worker --json`. */
export interface WorkerLine {
  type: string;
  answered?: number;
  /** From claiming the chunk until it was settled. */
  elapsedMs?: number;
  /** `performance.now()` of whoever listens, when it came. */
  at: number;
}

/** A worker in a process of its own. */
export interface FleetWorker {
  child: ChildProcess;
  lines: WorkerLine[];
  /** Resolves with its exit code. */
  closed: Promise<number | null>;
}

/** The commands of a fleet against two servers. */
export class Fleet {
  readonly services: string[];
  readonly #dataFolder: string;

  constructor(redis: RunningServer, postgres: RunningServer, dataFolder: string) {
    this.services = ['--queue', redis.address, '--store', postgres.address];
    this.#dataFolder = dataFolder;
  }

  async submit(
    path: string,
    ...words: string[]
  ): Promise<{ submission: string; found: number; added: number }> {
    const usual = ['--model', 'combined', '--provider', 'cpu', '--json'];
    const { stdout, stderr, code } = await this.#run('submit', path, ...usual, ...words);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as { submission: string; found: number; added: number };
  }

  async submitTraining(plan: string): Promise<{ submission: string; runs: number; added: number }> {
    const { stdout, stderr, code } = await this.#run('submit', '--train', plan, '--json');
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as { submission: string; runs: number; added: number };
  }

  async jobs(...words: string[]): Promise<Overview> {
    const { stdout, stderr, code } = await this.#run('jobs', '--json', ...words);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Overview;
  }

  startWorker(): FleetWorker {
    const child = spawn(process.execPath, [entry, 'worker', ...this.services, '--processes', '1', '--json'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, BRATUM_DATA: this.#dataFolder },
    });
    const lines: WorkerLine[] = [];
    createInterface({ input: child.stdout }).on('line', (line) =>
      lines.push({ ...(JSON.parse(line) as Omit<WorkerLine, 'at'>), at: performance.now() }),
    );
    return { child, lines, closed: once(child, 'close').then(([code]) => code as number | null) };
  }

  /** Resolves when a submission has nothing waiting any more. */
  async settled(submission: string): Promise<Overview> {
    for (;;) {
      const overview = await this.jobs();
      const found = overview.submissions.find(({ id }) => id === submission);
      if (found?.waiting === 0) return overview;
    }
  }

  #run(command: string, ...words: string[]) {
    return bratum([command, ...words, ...this.services], { dataFolder: this.#dataFolder });
  }
}
