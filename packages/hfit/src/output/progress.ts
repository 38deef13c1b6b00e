/** The shortest time between two reports, in milliseconds. */
const interval = 300;

/** Reports on standard error how far a command is: one line that changes, on a terminal. */
export class Progress {
  readonly #active: boolean;
  readonly #terminal = process.stderr.isTTY === true;
  #last = 0;
  #shown = false;

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

  /** Wipes what stands on a terminal, so that something else can be written there. */
  clear(): void {
    if (this.#shown && this.#terminal) process.stderr.write('\r\x1b[K');
    this.#shown = false;
  }

  /** The last word, where a line was asked for. */
  end(text: () => string): void {
    this.clear();
    if (this.#active && !this.#terminal) process.stderr.write(`${text()}\n`);
  }

  #show(text: string): void {
    this.#shown = true;
    process.stderr.write(this.#terminal ? `\r\x1b[K${text}` : `${text}\n`);
  }
}
