import { performance } from 'node:perf_hooks';
import colors from 'picocolors';

export interface Step {
  readonly name: string;
  readonly seconds: number;
}

/** The steps as they are told on the terminal, a line each. */
export class Steps {
  readonly done: Step[] = [];
  readonly #began = performance.now();
  readonly #quiet: boolean;
  readonly #live: boolean;

  constructor(quiet: boolean) {
    this.#quiet = quiet;
    this.#live = !quiet && process.stdout.isTTY === true;
  }

  get seconds(): number {
    return secondsSince(this.#began);
  }

  say(line = ''): void {
    if (!this.#quiet) process.stdout.write(`${line}\n`);
  }

  /**
   * Runs one step and tells how long it took.
   * @param work gives back a few words about what came out of it
   */
  async run(name: string, work: () => Promise<string>): Promise<void> {
    const began = performance.now();
    if (this.#live) process.stdout.write(`${colors.yellow('…')} ${name}`);
    try {
      const outcome = await work();
      const seconds = secondsSince(began);
      this.done.push({ name, seconds });
      this.#line(colors.green('✓'), name, seconds);
      if (outcome !== '') this.say(`  ${colors.dim(outcome)}`);
    } catch (error) {
      this.#line(colors.red('✗'), name, secondsSince(began));
      throw error;
    }
  }

  #line(mark: string, name: string, seconds: number): void {
    const took = `${seconds.toFixed(1)} s`;
    const gap = ' '.repeat(Math.max(2, width - 2 - name.length - took.length));
    this.say(`${this.#live ? '\r\u001b[K' : ''}${mark} ${name}${gap}${colors.dim(took)}`);
  }
}

/** Of the lines and of the table under them. */
export const width = 80;

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
