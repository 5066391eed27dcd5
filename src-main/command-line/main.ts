import { applicationBuild, applicationVersion } from '../calls/applicationVersion.ts';
import { carryOut, complain } from './carryOut.ts';
import { exitCodes, type Command } from './Command.ts';

/** Loaded when asked for: a command starts without what only the others need. */
const commands: Record<string, () => Promise<Command>> = {
  audit: async () => (await import('./audit.ts')).auditCommand,
  backup: async () => (await import('./backup.ts')).backupCommand,
  classify: async () => (await import('./classify.ts')).classifyCommand,
  cases: async () => (await import('./cases.ts')).casesCommand,
  deidentify: async () => (await import('./deidentify.ts')).deidentifyCommand,
  dataset: async () => (await import('./dataset.ts')).datasetCommand,
  explain: async () => (await import('./explain.ts')).explainCommand,
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  jobs: async () => (await import('./jobs.ts')).jobsCommand,
  models: async () => (await import('./models.ts')).modelsCommand,
  pacs: async () => (await import('./pacs.ts')).pacsCommand,
  providers: async () => (await import('./providers.ts')).providersCommand,
  restore: async () => (await import('./restore.ts')).restoreCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  submit: async () => (await import('./submit.ts')).submitCommand,
  train: async () => (await import('./train.ts')).trainCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
};

/** What there is, a line each. */
async function overview(): Promise<string> {
  const width = Math.max(...Object.keys(commands).map(({ length }) => length));
  const lines = await Promise.all(
    Object.entries(commands).map(
      async ([name, load]) => `  bratum ${name.padEnd(width)}  ${(await load()).summary}\n`,
    ),
  );
  return `For research use. Not a diagnosis.\n\n${lines.join('')}\n${whatMore}\n`;
}

const whatMore =
  '“bratum COMMAND --help” says what a command takes, “bratum --version” which version this is.';

/** What a command takes; of a group, what each of its commands does. */
function helpOf(command: Command): string {
  const forms = Object.values(command.members ?? { command });
  return forms.map(({ usage, summary }) => `bratum ${usage}\n    ${summary}\n`).join('');
}

/** What a word names; nothing that every object has, such as `constructor`. */
function ownOf<Value>(values: Readonly<Record<string, Value>>, word: string): Value | undefined {
  return Object.hasOwn(values, word) ? values[word] : undefined;
}

/** The command that the words begin with, `dataset scan` before `dataset`, and the words after it. */
async function findCommand([name = '', ...rest]: string[]): Promise<{
  command: Command;
  rest: string[];
} | null> {
  const command = await ownOf(commands, name)?.();
  if (command === undefined) return null;
  const [word = '', ...further] = rest;
  const member = ownOf(command.members ?? {}, word);
  return member === undefined ? { command, rest } : { command: member, rest: further };
}

/**
 * Carries out one command line.
 *
 * @param args - the words after `bratum`
 * @returns the exit code of the contract: 0 done, 1 misuse, 2 some inputs failed, 3 failed, 130 interrupted
 */
export async function runCommandLine(args: string[]): Promise<number> {
  const [name = ''] = args;
  if (name === '--help' || name === 'help') {
    process.stdout.write(await overview());
    return exitCodes.done;
  }
  if (name === '--version') {
    const build = applicationBuild();
    process.stdout.write(`${applicationVersion()}${build === null ? '' : ` ${build}`}\n`);
    return exitCodes.done;
  }
  const found = await findCommand(args);
  if (found === null)
    return complain(
      name === '' ? 'A command is missing.' : `There is no command “${name}”.`,
      await overview(),
    );
  if (found.rest.includes('--help')) {
    process.stdout.write(helpOf(found.command));
    return exitCodes.done;
  }
  return carryOut(found.command, found.rest, 'bratum');
}

if (import.meta.main) process.exitCode = await runCommandLine(process.argv.slice(2));
