/** A line on standard error that is written over; nothing where that is no terminal. */
export class ProgressLine {
  #lastAt = 0;

  show(text: string): void {
    const now = performance.now();
    if (!process.stderr.isTTY || now - this.#lastAt < 100) return;
    this.#lastAt = now;
    process.stderr.write(`\r\x1b[K${text}`);
  }

  clear(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
