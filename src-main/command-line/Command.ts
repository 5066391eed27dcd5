/** What a command is given besides its arguments. */
export interface CommandContext {
  /** Aborted by whatever `Interruption` listens to, Ctrl+C first of all. */
  signal: AbortSignal;
}

/** One command of `bratum`. */
export interface Command {
  /** Shown after `bratum`, for example `classify PATH… [--json]`. */
  usage: string;
  summary: string;
  /** With `--json` it prints one object a line, the last of type `finished` or `failed`. */
  printsLines?: true;
  /** Of a word that is no command alone: the commands that begin with it, by their second word. */
  members?: Readonly<Record<string, Command>>;
  /** @returns the exit code: 0 done, 2 done but some inputs failed @throws Misuse, UserError */
  run(args: string[], context: CommandContext): Promise<number>;
}

export const exitCodes = { done: 0, misuse: 1, someFailed: 2, failed: 3, interrupted: 130 } as const;
