/** Lets one user at a time have what cannot be shared, such as a single connection. */
export class Turns {
  #last: Promise<void> = Promise.resolve();

  /** Waits for the turn; call what it gives back to end the turn. */
  async take(): Promise<() => void> {
    const before = this.#last;
    let free = () => {};
    this.#last = new Promise((resolve) => {
      free = resolve;
    });
    await before;
    return free;
  }
}
