/**
 * `npm test`: checks, then unit and flow tests, then screen tests in a real browser.
 * Every stage runs, whatever the one before it found; the last line counts them all.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { findBrowser } from './support/findBrowser.ts';
import { readTally, tallyEnvironment, type Tally } from './support/Tally.ts';

interface Stage {
  name: string;
  command: string;
  needsBrowser: boolean;
}

const stages: Stage[] = [
  { name: 'checks', command: 'node tests/check.ts', needsBrowser: false },
  { name: 'unit and flow tests', command: 'vitest run', needsBrowser: false },
  { name: 'screen tests', command: 'playwright test', needsBrowser: true },
];

/** `npm run test:long`: tests that ask for BRATUM_LONG=1 run as well. */
const isLong = process.argv.includes('--long');

/** The promise made for `npm test` on two cores. */
const promisedMinutes = isLong ? 120 : 15;

/** A stage that needs more than this hangs, also on a slow machine. */
const mostMinutesOfStage = 2 * promisedMinutes;

const resultsFolder = 'test-results';

function failure(reason: string): Tally {
  return { passed: 0, failed: [reason], skipped: [] };
}

/** Runs a command with its output on ours. @returns what its reporter counted; a stage that ran nothing has failed */
async function runCommand({ name, command }: Stage): Promise<Tally> {
  const tallyFile = join(resultsFolder, `${name.replaceAll(' ', '-')}.tally.json`);
  await rm(tallyFile, { force: true });
  const child = spawn(command, {
    shell: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...tallyEnvironment(tallyFile), ...(isLong ? { BRATUM_LONG: '1' } : {}) },
    timeout: mostMinutesOfStage * 60_000,
  });
  await once(child, 'close');
  const { exitCode, signalCode } = child;
  const tally = await readTally(tallyFile);
  if (tally === null)
    return failure(`${name}: ended with ${signalCode ?? `exit code ${exitCode}`} and no result`);
  if (exitCode !== 0 && tally.failed.length === 0) tally.failed.push(`${name}: exit code ${exitCode}`);
  if (tally.passed === 0 && tally.failed.length === 0) tally.failed.push(`${name}: not one test ran`);
  return tally;
}

/** A missing browser is a skip on somebody's desk and a failure in continuous integration. */
async function runStage(stage: Stage): Promise<Tally> {
  if (!stage.needsBrowser) return runCommand(stage);
  const browser = await findBrowser();
  if (browser.isFound) {
    console.log(`browser: ${browser.description}`);
    return runCommand(stage);
  }
  const reason = `no browser: ${browser.reason}`;
  return process.env['CI'] === 'true'
    ? failure(`${stage.name}: ${reason}`)
    : { passed: 0, failed: [], skipped: [{ test: `all ${stage.name}`, reason }] };
}

const results: { stage: Stage; tally: Tally; seconds: number }[] = [];
for (const stage of stages) {
  console.log(`\n== ${stage.name} ==`);
  const startedAt = performance.now();
  const tally = await runStage(stage);
  results.push({ stage, tally, seconds: (performance.now() - startedAt) / 1000 });
}

const skipped = results.flatMap(({ tally }) => tally.skipped);
const failed = results.flatMap(({ tally }) => tally.failed);
const passed = results.reduce((sum, { tally }) => sum + tally.passed, 0);
const minutes = results.reduce((sum, { seconds }) => sum + seconds, 0) / 60;

console.log('');
for (const { stage, tally, seconds } of results) {
  const counts = `${tally.passed} passed, ${tally.failed.length} failed, ${tally.skipped.length} skipped`;
  console.log(`${stage.name.padEnd(20)} ${seconds.toFixed(0).padStart(5)} s   ${counts}`);
}
if (minutes > promisedMinutes)
  console.log(`SLOW: ${minutes.toFixed(1)} minutes, ${promisedMinutes} were promised`);
for (const { test, reason } of skipped) console.log(`skipped: ${test}\n    why: ${reason}`);
for (const name of failed) console.log(`FAILED:  ${name}`);
console.log(`${passed} passed, ${failed.length} failed, ${skipped.length} skipped`);
process.exitCode = failed.length === 0 ? 0 : 1;
