import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parsePolicy } from '@hot-fixture/masking';
import Sqlite from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Command } from '../src/command.js';
import { policyCheck } from '../src/commands/policy-check.js';
import { policyInit } from '../src/commands/policy-init.js';
import { Home } from '../src/state/home.js';
import { shell } from './hfit.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-policy-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = fileURLToPath(new URL('../../../docs/policy.md', import.meta.url));

test('the page of policies says what its commands say', async () => {
  const page = readFileSync(file, 'utf8');
  const database = new Sqlite(join(folder, 'shop.db'));
  const parts = page.split(/(?<=^```\n)(?=\n)/m);
  const written: string[] = [];
  let said: string | null = null;
  for (const part of parts) {
    const [, language, code = ''] = /```(\w+)\n([\s\S]*?)```\n$/.exec(part) ?? [];
    if (language === 'text' && said !== null) {
      written.push(part.replace(/```text\n[\s\S]*$/, () => `\`\`\`text\n${said}\`\`\`\n`));
      continue;
    }
    written.push(part);
    said = null;
    if (language === 'sql') database.exec(code);
    if (language !== 'sh') continue;
    const { stdout, stderr } = await shell(code, { home: join(folder, 'home'), cwd: folder });
    said = stderr + stdout;
  }
  database.close();
  await expect(written.join('')).toMatchFileSnapshot(file);
  expect(written.join('')).not.toMatch(/```text\n```/);
});

test('a policy is proposed and checked, and no value is told', async () => {
  const database = new Sqlite(join(folder, 'shop.db'));
  database.exec(`
    CREATE TABLE countries (code VARCHAR(2) PRIMARY KEY, "*" TEXT);
    CREATE TABLE people (mail VARCHAR(60) PRIMARY KEY, country VARCHAR(2) REFERENCES countries,
      "two words" TEXT, name TEXT, upper TEXT GENERATED ALWAYS AS (upper(name)) STORED, scan BLOB);
    CREATE TABLE letters (id INTEGER PRIMARY KEY, sender VARCHAR(60) REFERENCES people,
      text TEXT, data TEXT);
    INSERT INTO countries VALUES ('DE', 'planted-star'), ('FR', 'planted-star');
    INSERT INTO people (mail, country, "two words", name, scan)
      VALUES ('planted1@example.com', 'DE', '+49 30 1234567', 'Planted Smith', x'00'),
        ('planted2@example.com', 'FR', '+33 6 12 34 56 78', 'Planted Jones', x'01');
    INSERT INTO letters VALUES (1, 'planted1@example.com', 'Dear Planted, pay 4111111111111111',
      '{"planted@example.com": "planted", "a": "planted@example.com"}');
  `);
  const call = async (command: Command, options: object) => {
    const context = {
      ...{ home: new Home({ HFIT_HOME: join(folder, 'home') }), json: true, help: '', env: {} },
      signal: new AbortController().signal,
    };
    const url = `sqlite:${join(folder, 'shop.db')}`;
    const given = { database: url, name: 'shop', rows: undefined, out: undefined, ...options };
    return (await command.run(context, [] as never, given as never))!;
  };
  const init = async (options: object = {}) =>
    (await call(policyInit, options)).document as { policy: string };
  const check = async (text: string, options: object = {}) => {
    writeFileSync(join(folder, 'p.yaml'), text);
    const policy = [join(folder, 'p.yaml')];
    const given = { policy, accept: [], maskers: [], ...options };
    const { exitCode, document } = await call(policyCheck, given);
    const { findings } = document as { findings: { what: string; subject: string; why: string }[] };
    return { exitCode, findings, told: findings.map((it) => `${it.what}: ${it.subject}`) };
  };

  const made = await init();
  const { policy } = made;
  const decide = (table: string, name: string) => {
    const it = parsePolicy(policy).decide('shop', [table], { name });
    return it.kind === 'mask' ? it.describe() : it.kind;
  };
  expect(decide('people', 'mail')).toBe('email');
  expect(decide('letters', 'sender')).toBe('email');
  expect(decide('people', 'country')).toBe('keep');
  expect(decide('people', 'two words')).toBe('phone');
  expect(decide('people', 'name')).toMatch('personName');
  expect(decide('people', 'scan')).toBe('deny');
  expect(decide('countries', '*')).toBe('deny');
  expect(decide('letters', 'text')).not.toBe('keep');
  expect(policy).not.toMatch(/upper/);
  expect(await check(policy)).toMatchObject({ exitCode: 0, findings: [] });

  const out = join(folder, 'p.yaml');
  await expect(init({ out })).rejects.toMatchObject({ code: 'HFIT_OPTION_VALUE' });
  expect(readFileSync(out, 'utf8')).toBe(policy);
  await expect(init({ rows: 'many' })).rejects.toMatchObject({ code: 'HFIT_OPTION_VALUE' });
  await expect(check(policy, { policy: [] })).rejects.toMatchObject({ code: 'HFIT_USAGE' });

  const note = (as: string) => policy.replace(/^ {6}data: .*$/m, `      data: ${as}`);
  const data = 'personal and kept: letters.data';
  const json = (paths: string) => `{ mask: json, paths: { ${paths} } }`;
  for (const as of [json('"$.a": keep'), json('"$.b": email').replace(' }', ' }, others: keep')]) {
    expect(await check(note(as))).toMatchObject({ exitCode: 1, told: [data] });
    expect((await check(note(as), { accept: ['letters.data'] })).findings).toEqual([]);
  }
  for (const as of [json('"$.a": email, "$.b": keep'), 'redact']) {
    expect((await check(note(as))).findings).toEqual([]);
  }

  database.exec('ALTER TABLE people ADD COLUMN salary INTEGER; DROP TABLE letters');
  database.close();
  const changed = policy.replace('"two words": phone', '"two words": keep');
  const drifted = await check(changed);
  expect(drifted).toMatchObject({
    exitCode: 1,
    told: [
      'names nothing: letters',
      'personal and kept: people.two words',
      'unclassified: people.salary',
    ],
  });
  const accepted = await check(changed, { accept: ['people.two words'], rows: '0' });
  expect(accepted.told).toEqual(['names nothing: letters', 'unclassified: people.salary']);
  const other = await check(policy, { name: 'shop_2', rows: '0' });
  expect(other.told[0]).toBe('database unknown: shop_2');
  expect(JSON.stringify([made, drifted, accepted])).not.toMatch(/planted|Planted|4111|\+49|\+33/);
});
