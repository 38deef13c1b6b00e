import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HfitError } from '@hot-fixture/errors';
import Sqlite from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../src/commands.js';
import { parse } from '../src/program.js';
import { useDesk } from './desk.js';
import { inside } from './inside.js';
import { askAdmin, makeKey } from './server.js';
import { daily } from './shop.js';

const desk = useDesk();
const at = (name: string) => join(desk.folder, name);
const id = '00000000-0000-4000-8000-000000000000';

/** One line for each command; what it needs stands before it. A code where it has to fail. */
const lines: Readonly<Record<string, () => readonly string[] | [readonly string[], string]>> = {
  init: () => ['--yes', '--host', 'localhost:1', '--email', 'ann@example.com'],
  config: () => [],
  login: () => [],
  whoami: () => [],
  'grant add': () => ['user:ann@example.com', '--source', '*', '--volume', '*'],
  'grant list': () => [],
  'grant remove': () => [['nothing'], 'HFIT_GRANT_UNKNOWN'],
  'role set': () => ['tester', '--member', 'user:ann@example.com'],
  'role list': () => [],
  'role show': () => ['tester'],
  'role delete': () => ['tester'],
  'team set': () => ['shop', '--owner', 'user:ann@example.com', '--approval'],
  'team list': () => [],
  'team show': () => ['shop'],
  'template create': () => [at('daily.yaml'), '--team', 'shop'],
  'template approve': () => ['shop:daily'],
  'team delete': () => ['shop'],
  'user add': () => ['bob@example.com', at('bob.pub')],
  'user list': () => [],
  'user add-key': () => ['bob@example.com', at('bob2.pub')],
  'user remove-key': () => [['bob@example.com', 'SHA256:none'], 'HFIT_USER_KEY_UNKNOWN'],
  'user revoke': () => ['bob@example.com'],
  'user remove': () => ['bob@example.com'],
  'source list': () => [],
  'source databases': () => ['shop'],
  'source tables': () => ['shop', 'main'],
  'source columns': () => ['shop', 'main', 'orders'],
  'source rows': () => ['shop', 'main', 'orders', 'id < 5', '--count'],
  'volume list': () => [],
  'volume files': () => ['papers', 'name:*.txt'],
  'volume download': () => ['papers:/terms.txt', '--out', at('terms.txt')],
  'template list': () => [],
  'template show': () => ['daily'],
  'template update': () => [at('daily.yaml')],
  'template diff': () => [at('daily.yaml')],
  'template patch': () => [at('daily.yaml')],
  'template edit': () => ['daily'],
  'template apply': () => [at('templates'), '--yes'],
  'template run': () => ['daily', '7', '--dry'],
  'template schema': () => [],
  'template delete': () => ['mine'],
  'package create': () => ['daily', '7', '--wait'],
  'package list': () => [],
  'package show': () => [[id], 'HFIT_JOB_UNKNOWN'],
  'package cancel': () => [[id], 'HFIT_JOB_UNKNOWN'],
  'package retry': () => [[id], 'HFIT_JOB_UNKNOWN'],
  'package download': () => ['daily', '7', '--out', at('a.tar.gz')],
  'package verify': () => [at('a.tar.gz'), '--any-key'],
  'package load': () => [at('a.tar.gz'), '--any-key', '--into', 'sqlite::memory:'],
  prepare: () => [],
  'local-i create': () => [at('me.yaml'), 'extract-from', 'daily'],
  'local-i run-on': () => [[at('none.yaml'), 'daily'], 'HFIT_FILE_UNREADABLE'],
  'schedule set': () => ['nightly', 'daily', '7'],
  'schedule list': () => [],
  'schedule show': () => ['nightly'],
  'schedule delete': () => ['nightly'],
  'audit search': () => ['--since', '1d', '--limit', '5'],
  'audit who-downloaded': () => ['daily'],
  extract: () => [
    ...[at('daily.yaml'), '7', '--source', `shop=sqlite:${at('production.db')}`],
    ...['--policy', at('policy.yaml'), '--out', at('b.sql')],
  ],
  'policy init': () => ['--database', `sqlite:${at('production.db')}`],
  'policy check': () => [
    ...['--database', `sqlite:${at('production.db')}`, '--name', 'shop'],
    ...['--policy', at('policy.yaml')],
  ],
  'public-key': () => [],
  'track on': () => [],
  'track status': () => [],
  checkpoint: () => ['here'],
  changes: () => [],
  rewind: () => [],
  'track off': () => [],
  'fixpoint store': () => ['a', '--dir', at('fixpoints')],
  'fixpoint restore': () => ['a', '--dir', at('fixpoints')],
  'fixpoint compare': () => ['a', '--dir', at('fixpoints')],
  'fixpoint show': () => ['a', '--dir', at('fixpoints')],
  'fixpoint list': () => ['--dir', at('fixpoints')],
  'fixpoint tree': () => ['--dir', at('fixpoints')],
  'fixpoint verify': () => ['--dir', at('fixpoints')],
  'fixpoint rebase': () => ['--dir', at('fixpoints')],
  'fixpoint import': () => [['none', '--from', at('templates'), '--dir', at('fixpoints')], ''],
  'fixpoint remove': () => ['a', '--dir', at('fixpoints')],
  types: () => [],
  seed: () => ['--rows', 'a=3', '--seed', '1'],
  'factory lint': () => ['--seed', '1'],
  completion: () => ['bash'],
  logout: () => [],
};

/** They look at the working folder, so they run in a process of their own. */
const elsewhere = ['init', 'prepare'];

beforeAll(async () => {
  const { daemon, email } = desk.server;
  for (const role of ['admin', 'auditor']) {
    await askAdmin(daemon, 'PUT', `/roles/${role}`, { members: [`user:${email}`] });
  }
  for (const name of ['bob', 'bob2']) makeKey(desk.folder, name);
  mkdirSync(at('templates'));
  writeFileSync(at('templates/mine.yaml'), daily.replace(': daily', ': mine'));
  const database = new Sqlite(at('own_test.db'));
  database.exec('CREATE TABLE a (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  database.close();
});

test('each command has a line here', () => {
  expect(Object.keys(lines).sort()).toEqual(commands.map(({ path }) => path).sort());
});

test.each(Object.keys(lines))('hfit %s --json gives one document', async (path) => {
  const given = lines[path]?.() ?? [];
  const [words, code] = (Array.isArray(given[0]) ? given : [given, null]) as [
    readonly string[],
    string | null,
  ];
  const typed = [...path.split(' '), ...words];
  const env = { HFIT_DATABASE: `sqlite:${at('own_test.db')}`, EDITOR: 'true' };
  if (elsewhere.includes(path)) {
    expect(await desk.good(typed, { env, home: at('other') })).toBeTypeOf('object');
    return;
  }
  try {
    const result = await inside([...typed, '--json'], { home: desk.home, env });
    expect(code).toBeNull();
    expect(JSON.parse(JSON.stringify(result?.document))).toBeTypeOf('object');
  } catch (error) {
    if (!(error instanceof HfitError) || code === null) throw error;
    if (code !== '') expect(error.toJSON().code).toBe(code);
    expect(JSON.parse(JSON.stringify(error))).toMatchObject({ todo: expect.any(String) });
  }
});

describe('what is typed', () => {
  test('is one tree, whatever name of a command is used', async () => {
    for (const command of commands) {
      const words = lines[command.path]?.() ?? [];
      const given = (Array.isArray(words[0]) ? words[0] : words) as readonly string[];
      for (const name of [command.path, ...(command.aliases ?? [])]) {
        const call = await parse([...name.split(' '), ...given], '0.0.0');
        expect(call?.command, name).toBe(command);
      }
    }
  });

  test.each([
    ['dbms', 'dbmss'],
    ['templat list', 'template'],
    ['package creat', 'create'],
    ['login --oidc-tokn-file x', '--oidc-token-file'],
  ])('%s asks whether %s was meant', async (typed, meant) => {
    await expect(parse(typed.split(' '), '0.0.0')).rejects.toMatchObject({
      code: 'HFIT_USAGE',
      what: expect.stringContaining(`Did you mean ${meant}?`),
    });
  });
});
