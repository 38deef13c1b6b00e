import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import { hfit, type Run, type RunOptions, type StartOptions, startHfit } from './hfit.js';
import { type Server, startServer } from './server.js';
import { daily, everything, makeShop, withFile } from './shop.js';

/** What a user of a running server has before them, made anew for each test file. */
export interface Desk {
  readonly server: Server;
  /** Of all tests of the file. */
  readonly folder: string;
  /** HFIT_HOME, set up for the server. */
  readonly home: string;
  /** The working folder: a new one for each test. */
  readonly work: string;
  run(words: readonly string[], options?: Partial<RunOptions>): Promise<Run>;
  /** Runs it as a program of its own. */
  start(words: readonly string[], options?: Partial<StartOptions>): Promise<Run>;
  /** Runs a command that has to succeed, and gives its document. */
  good(words: readonly string[], options?: Partial<RunOptions>): Promise<Record<string, unknown>>;
  /** Runs a command that has to fail, and gives its error. */
  bad(words: readonly string[], options?: Partial<RunOptions>): Promise<Record<string, unknown>>;
}

/** Starts a daemon for the tests of a file, with the templates of the shop on it. */
export function useDesk(): Desk {
  const state = { server: undefined as Server | undefined, folder: '', work: '' };
  const place = () => ({ home: desk.home, cwd: state.work || state.folder });
  const desk: Desk = {
    get server() {
      return state.server as Server;
    },
    get folder() {
      return state.folder;
    },
    get home() {
      return join(state.folder, 'home');
    },
    get work() {
      return state.work;
    },
    run: (words, options = {}) => hfit(words, { ...place(), ...options }),
    start: (words, options = {}) => startHfit(words, { ...place(), ...options }),
    async good(words, options) {
      const { code, stdout, stderr } = await desk.run([...words, '--json'], options);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return JSON.parse(stdout);
    },
    async bad(words, options) {
      const { code, stdout, stderr } = await desk.run([...words, '--json'], options);
      expect(stdout).toBe('');
      return { exitCode: code, ...JSON.parse(stderr) };
    },
  };
  beforeAll(async () => {
    state.folder = mkdtempSync(join(tmpdir(), 'hfit-server-'));
    state.server = await startServer(state.folder, makeShop(state.folder));
    const { daemon, email, key } = state.server;
    await desk.good(['config', daemon.url, email, key]);
    for (const [name, text] of Object.entries({ daily, everything, 'with-file': withFile })) {
      writeFileSync(join(state.folder, `${name}.yaml`), text);
      await desk.good(['pkg-tmpl', 'create', join(state.folder, `${name}.yaml`)]);
    }
  });
  afterAll(async () => {
    await state.server?.daemon.stop(0);
    rmSync(state.folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    state.work = mkdtempSync(join(state.folder, 'work-'));
  });
  return desk;
}

export function rowsOf(file: string, sql: string): unknown[] {
  const database = new Sqlite(file, { readonly: true });
  try {
    return database.prepare(sql).all();
  } finally {
    database.close();
  }
}
