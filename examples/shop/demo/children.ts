import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const programs = {
  hfit: fileURLToPath(new URL('../../../packages/hfit/bin/hfit.js', import.meta.url)),
  hfitd: fileURLToPath(new URL('../../../packages/hfitd/bin/hfitd.js', import.meta.url)),
};

/** Why a step failed, with what its command said. */
export class StepFailed extends Error {
  readonly said: string;

  constructor(message: string, said: string) {
    super(message);
    this.said = said;
  }
}

/** The programs that the demo starts, all in one folder; none of them is left running. */
export class Children {
  readonly #folder: string;
  readonly #running = new Set<ChildProcess>();
  /** All that the commands have printed so far. */
  printed = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Runs a command to its end. @throws StepFailed with its standard error */
  async run(program: keyof typeof programs, words: readonly string[]): Promise<string> {
    const child = this.#spawn(program, words, ['ignore', 'pipe', 'pipe']);
    const [out, err] = [gather(child.stdout), gather(child.stderr)];
    const code = await ended(child);
    this.printed += out() + err();
    if (code === 0) return out();
    throw new StepFailed(`${program} ${words.join(' ')} ended with ${code}`, err() || out());
  }

  /**
   * Starts a server that writes to `log`, and waits for its word that it listens.
   * @param keep lets it outlive this process
   * @throws StepFailed with its log
   */
  async serve(words: readonly string[], log: string, keep: boolean) {
    const file = openSync(join(this.#folder, log), 'a', 0o600);
    const child = this.#spawn('hfitd', words, ['ignore', file, file], keep);
    closeSync(file);
    const deadline = Date.now() + 60_000;
    for (;;) {
      const said = await readFile(join(this.#folder, log), 'utf8');
      const url = /hfitd listening on (http:\/\/[^\s"]+)/.exec(said)?.[1];
      if (url) return { url, pid: child.pid as number };
      const ended = child.exitCode !== null || child.signalCode !== null;
      if (ended || Date.now() > deadline) {
        throw new StepFailed(ended ? 'hfitd ended at once' : 'hfitd does not listen', said);
      }
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  }

  /** Lets what runs run on without us. */
  leave(): void {
    for (const child of this.#running) child.unref();
    this.#running.clear();
  }

  /** Ends what still runs, kindly at first, and waits for it. */
  async stop(): Promise<void> {
    await Promise.all(
      [...this.#running].map(async (child) => {
        child.kill('SIGTERM');
        const force = setTimeout(() => child.kill('SIGKILL'), 5000);
        await ended(child);
        clearTimeout(force);
      }),
    );
  }

  #spawn(
    program: keyof typeof programs,
    words: readonly string[],
    stdio: ('ignore' | 'pipe' | number)[],
    detached = false,
  ): ChildProcess {
    const env = { ...cleanEnvironment(), HFIT_HOME: join(this.#folder, 'home') };
    const options = { cwd: this.#folder, env, stdio, detached };
    const child = spawn(process.execPath, [programs[program], ...words], options);
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }
}

/** Without what would turn the user's own hfit or hfitd to other servers. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const ours = /^(HFITD?_|DBMS_PROVIDERS$|VOLUMES$|SERVER_ADDRESS$|NODE_OPTIONS$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)));
}

function gather(stream: ChildProcess['stdout']): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function ended(child: ChildProcess): Promise<number | string> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  if (child.signalCode !== null) return Promise.resolve(child.signalCode);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal ?? 1));
  });
}
