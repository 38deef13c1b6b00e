/** The shortest time between two reports, in milliseconds. */
const interval = 300;

/** Reports on standard error how far a command is: one line that changes, on a terminal. */
export class Progress {
  readonly #active: boolean;
  readonly #terminal = process.stderr.isTTY === true;
  #last = 0;
  #shown = '';

  /** @param asked report also where standard error is no terminal, a line at a time */
  constructor(asked: boolean) {
    this.#active = asked || this.#terminal;
  }

  /** @param text is only made when it is shown */
  report(text: () => string): void {
    const now = Date.now();
    if (!this.#active || now - this.#last < interval) return;
    this.#last = now;
    this.#show(text());
  }

  /** The last word: shown where a line was asked for, wiped from a terminal. */
  end(text: () => string): void {
    if (!this.#active) return;
    if (!this.#terminal) process.stderr.write(`${text()}\n`);
    else if (this.#shown) process.stderr.write('\r\x1b[K');
    this.#shown = '';
  }

  #show(text: string): void {
    this.#shown = text;
    process.stderr.write(this.#terminal ? `\r\x1b[K${text}` : `${text}\n`);
  }
}
