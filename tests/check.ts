/** `npm run check`: types, lint, format, import rules and dead code; every tool can fail it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { writeTally, type Tally } from './support/Tally.ts';

/** The longest first, as two run at a time. */
const checks: Record<string, string> = {
  'lint of components': 'eslint --max-warnings 0 "src-renderer/**/*.svelte"',
  'types of src-renderer': 'svelte-check --tsconfig tsconfig.renderer.json --fail-on-warnings --output human',
  format: 'prettier --check --log-level warn .',
  lint: 'eslint --max-warnings 0 --ignore-pattern "**/*.svelte" .',
  'lint by types': 'oxlint',
  'types of src-shared': 'tsc -p tsconfig.shared.json',
  'types of the rest': 'tsc -p tsconfig.json',
  'import rules':
    'depcruise --config .dependency-cruiser.cjs --output-type err-long src-main src-renderer src-shared tests',
  'dead code': 'knip --no-progress --no-config-hints',
  licences: 'node packaging/checkLicences.ts',
  workflows: 'node packaging/lintWorkflows.ts',
};

/** Runs one tool. @returns whether it was content, and what it said */
async function runCheck(command: string): Promise<{ passed: boolean; output: string }> {
  const tool = spawn(`${command} 2>&1`, { shell: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const [output] = await Promise.all([text(tool.stdout), once(tool, 'close')]);
  return { passed: tool.exitCode === 0, output };
}

const tally: Tally = { passed: 0, failed: [], skipped: [] };
const waiting = Object.entries(checks);

async function runWaiting(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const [name, command] = next;
    const startedAt = performance.now();
    const { passed, output } = await runCheck(command);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    console.log(`${passed ? 'passed' : 'FAILED'}  ${name} (${seconds} s)`);
    if (passed) {
      tally.passed += 1;
      continue;
    }
    tally.failed.push(name);
    console.log(`${output.trimEnd()}\n  repeat with: npx ${command}\n`);
  }
}

// Two at a time: most of these tools use one core.
await Promise.all([runWaiting(), runWaiting()]);
await writeTally(tally);
process.exitCode = tally.failed.length === 0 ? 0 : 1;
