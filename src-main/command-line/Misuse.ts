/** The command was written wrongly: message and usage go to standard error, exit code 1. */
export class Misuse extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Misuse';
  }
}
