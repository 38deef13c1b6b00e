import { type ChildProcess, fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { placeOfServers } from './place.js';

export interface Program {
  readonly command: string;
  readonly args: readonly string[];
  /** The user that it runs as, where that is not the one of the run. */
  readonly as?: { readonly uid: number; readonly gid: number } | undefined;
  /** The file that its output goes to. */
  readonly log: string;
  /** What ends it; SIGKILL where nothing is said. */
  readonly signal?: NodeJS.Signals;
}

/** The run's side of `watchdog.mjs`: everything started here ends with the run, however it ends. */
export class Watchdog {
  /** Made by the watchdog and removed by it; the servers keep all their files in it. */
  readonly folder: string;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<string, (how: string | number) => void>();

  static async start(): Promise<Watchdog> {
    const watchdog = new Watchdog();
    const [first] = await Promise.race([
      once(watchdog.#process, 'message'),
      once(watchdog.#process, 'exit'),
    ]);
    if (first !== 'ready') throw new Error('the watchdog of the test servers does not start');
    return watchdog;
  }

  private constructor() {
    this.folder = join(placeOfServers(), `hfit_test_services_${randomUUID().slice(0, 13)}`);
    this.#process = fork(fileURLToPath(new URL('watchdog.mjs', import.meta.url)), [this.folder], {
      detached: true, // so that ^C in the terminal reaches the run alone
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.#process.on('message', ({ id, how }: { id: string; how: string | number }) => {
      this.#waiting.get(id)?.(how);
      this.#waiting.delete(id);
    });
    this.#process.on('exit', () => {
      for (const tell of this.#waiting.values()) tell('the watchdog is gone');
    });
  }

  /** Runs a program to its end. Throws with what it wrote unless it ends with 0. */
  async run(program: Program): Promise<void> {
    const how = await this.#start(program);
    if (how !== 0) throw failure(program, how);
  }

  /** Starts a server and waits, for at most a minute, until `ready` no longer throws. */
  async serve(program: Program, ready: () => Promise<void>): Promise<void> {
    let ended: string | number | undefined;
    void this.#start(program).then((how) => {
      ended = how;
    });
    const deadline = Date.now() + 60_000;
    while (ended === undefined) {
      try {
        return await ready();
      } catch (cause) {
        if (Date.now() > deadline) throw failure(program, 'does not answer', cause);
        await sleep(25);
      }
    }
    throw failure(program, ended);
  }

  /** Ends everything; when it is back, no process and no file is left. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, 'exit');
    if (this.#process.connected) this.#process.disconnect();
    await gone;
  }

  #start({ command, args, as, log, signal = 'SIGKILL' }: Program): Promise<string | number> {
    const id = randomUUID();
    const ended = new Promise<string | number>((resolve) => this.#waiting.set(id, resolve));
    const options = { ...as, cwd: this.folder };
    this.#process.send({ id, command, args, options, log, signal });
    return ended;
  }
}

function failure({ command, log }: Program, how: string | number, cause?: unknown): Error {
  let output = '';
  try {
    output = readFileSync(log, 'utf8').trim().split('\n').slice(-20).join('\n');
  } catch {
    // It did not come as far as writing anything.
  }
  return new Error(`${command}: ${how}\n${output}`, { cause });
}
