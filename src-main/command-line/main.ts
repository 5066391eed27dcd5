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

async function overview(): Promise<string> {
  const loaded = await Promise.all(Object.values(commands).map((load) => load()));
  const lines = loaded.map(({ usage, summary }) => `  bratum ${usage}\n      ${summary}`);
  return `For research use. Not a diagnosis.\n\n${lines.join('\n')}\n`;
}

/**
 * Carries out one command line.
 *
 * @param args - the words after `bratum`
 * @returns the exit code of the contract: 0 done, 1 misuse, 2 some inputs failed, 3 failed, 130 interrupted
 */
export async function runCommandLine(args: string[]): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === '--help' || name === 'help') {
    process.stdout.write(await overview());
    return exitCodes.done;
  }
  const command = Object.hasOwn(commands, name) ? await commands[name]?.() : undefined;
  if (command === undefined)
    return complain(
      name === '' ? 'A command is missing.' : `There is no command “${name}”.`,
      await overview(),
    );
  if (rest.includes('--help')) {
    process.stdout.write(`bratum ${command.usage}\n${command.summary}\n`);
    return exitCodes.done;
  }
  return carryOut(command, rest, 'bratum');
}

if (import.meta.main) process.exitCode = await runCommandLine(process.argv.slice(2));
