import type { FullConfig, Reporter, Suite, TestCase } from '@playwright/test/reporter';
import { skipReason, writeTally, type Tally } from './Tally.ts';

/** Writes what Playwright counted as a tally. A test that passed only when repeated counts as failed. */
export class PlaywrightTally implements Reporter {
  readonly #errors: string[] = [];
  #tests: TestCase[] = [];

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#tests = suite.allTests();
  }

  onError({ message }: { message?: string }): void {
    this.#errors.push(message ?? 'an error outside any test');
  }

  async onEnd(): Promise<void> {
    const tally: Tally = { passed: 0, failed: [...this.#errors], skipped: [] };
    for (const test of this.#tests) {
      const name = test.titlePath().filter(Boolean).join(' > ');
      const note = test.annotations.find(({ type }) => type === 'skip')?.description;
      if (test.outcome() === 'expected') tally.passed += 1;
      else if (test.outcome() === 'skipped')
        tally.skipped.push({ test: name, reason: skipReason(name, note) });
      else tally.failed.push(name);
    }
    await writeTally(tally);
  }

  printsToStdio(): boolean {
    return false;
  }
}

// Playwright loads a reporter by its default export.
export default PlaywrightTally;
