/** The one JSON document that `--json` puts on standard output. */
export function writeJson(document: unknown): void {
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

/** One of the lines that `--json` puts on standard output where a command tells of its progress. */
export function writeLine<Event extends { type: string }>(event: Event): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}
