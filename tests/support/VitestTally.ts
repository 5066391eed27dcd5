import type { Reporter } from 'vitest/node';
import { skipReason, writeTally, type Tally } from './Tally.ts';

/** Writes what vitest counted as a tally; its own JSON report leaves out why a test was skipped. */
export class VitestTally implements Reporter {
  readonly onTestRunEnd: NonNullable<Reporter['onTestRunEnd']> = async (modules, unhandledErrors) => {
    const tally: Tally = { passed: 0, failed: unhandledErrors.map(({ message }) => message), skipped: [] };
    for (const module of modules) {
      // A file that could not be loaded has no tests to fail.
      if (module.errors().length > 0) tally.failed.push(module.relativeModuleId);
      for (const test of module.children.allTests()) {
        const name = `${module.relativeModuleId} > ${test.fullName}`;
        const result = test.result();
        if (result.state === 'passed') tally.passed += 1;
        else if (result.state === 'skipped') {
          tally.skipped.push({ test: name, reason: skipReason(test.fullName, result.note) });
        } else tally.failed.push(name);
      }
    }
    await writeTally(tally);
  };
}

// vitest loads a reporter by its default export.
export default VitestTally;
