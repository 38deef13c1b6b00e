import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { run } from '../src/cli/program.js';
import { parseSettings } from '../src/config/file.js';
import { refusal, startTestDaemon, type TestDaemon } from './daemon.js';
import { makeFolder } from './folder.js';

const page = readFileSync(
  fileURLToPath(new URL('../../../docs/access.md', import.meta.url)),
  'utf8',
);
/** The blocks of code of the page, of one language. */
const blocks = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, code = '']) => code,
  );
const [accessYaml = '', configuration = ''] = blocks('yaml');
const [commands = ''] = blocks('sh');

/** Runs a command as it is typed, against a daemon, and gives what it prints. */
async function typed(daemon: TestDaemon, line: string): Promise<string> {
  const words = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain);
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  const wrong = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    out += text;
    return true;
  });
  try {
    await run([...(words.slice(1) as string[]), '--socket', daemon.socket]);
  } finally {
    write.mockRestore();
    wrong.mockRestore();
  }
  return out;
}

describe('the commands', () => {
  let daemon: TestDaemon;
  beforeAll(async () => {
    daemon = await startTestDaemon();
  });
  afterAll(() => daemon.stop());

  test('of the page say who may what', async () => {
    const ann = await daemon.join('ann@example.com');
    const said = [];
    for (const line of commands.trim().split('\n')) said.push(await typed(daemon, line));
    expect(said[0]).toMatch(
      /^granted: [0-9a-f-]{36} {2}user:ann@example.com {2}\{"source":"shop"\}/,
    );
    expect(said[1]).toContain('"until":"2027-01-01T00:00:00.000Z"');
    expect(said[2]).toContain('"members":["team:backend","user:bob@example.com"]');
    expect(said[3]?.trim().split('\n')).toHaveLength(2);
    const ask = () => daemon.fetch('/db/dbmss', { headers: ann.authorization });
    expect(await (await ask()).json()).toMatchObject({ dbmss: [{ name: 'shop' }] });
    expect(await typed(daemon, 'hfitd revoke ann@example.com')).toMatch(/: 1\n$/);
    expect((await ask()).status).toBe(401);
    const [, id] = /^granted: (\S+)/.exec(said[0] ?? '') ?? [];
    expect(await typed(daemon, `hfitd ungrant ${id}`)).toBe(`took ${id} away\n`);
    await typed(daemon, 'hfitd setteam backend "{ owners: [ann@example.com] }"');
    expect(await typed(daemon, 'hfitd teams --json')).toContain('"approval":true');
    expect(await typed(daemon, 'hfitd removeteam backend')).toBe('removed team backend\n');
    expect(await typed(daemon, 'hfitd removerole nobody')).toContain('HFIT_ROLE_UNKNOWN');
    expect(await typed(daemon, 'hfitd grant "{ to: ann@example.com"')).toContain('argument:1:');
  });
});

describe('a file that says who may what', () => {
  const folder = makeFolder();
  const file = join(folder, 'access.yaml');
  let daemon: TestDaemon;
  let bob: Awaited<ReturnType<TestDaemon['join']>>;

  beforeAll(async () => {
    writeFileSync(file, accessYaml);
    daemon = await startTestDaemon({ accessFile: file });
    bob = await daemon.join('bob@example.com');
  });
  afterAll(() => daemon.stop());

  const grants = async () =>
    (await daemon.admin.ask<{ grants: { id: string; to: string }[] }>('GET', '/grants')).grants;
  const dbmss = async () =>
    (await (await daemon.fetch('/db/dbmss', { headers: bob.authorization })).json()) as object;

  test('is there from the start on', async () => {
    expect((await grants()).map(({ to }) => to).sort()).toEqual(['role:tester', 'team:backend']);
    expect(await dbmss()).toMatchObject({ dbmss: [{ name: 'shop' }] });
    const who = await daemon.fetch('/whoami', { headers: bob.authorization });
    expect(await who.json()).toMatchObject({
      teams: ['backend'],
      roles: ['tester'],
      guarded: true,
      limits: { packagesPerDay: 20 },
    });
  });

  test('is the one truth: nothing else changes it', async () => {
    for (const [method, path, body] of [
      ['POST', '/grants', { to: 'bob@example.com', source: '*' }],
      ['DELETE', `/grants/${(await grants())[0]?.id}`, undefined],
      ['PUT', '/roles/admin', { members: ['bob@example.com'] }],
      ['DELETE', '/teams/backend', undefined],
    ] as const) {
      await expect(daemon.admin.ask(method, path, body)).rejects.toMatchObject({
        code: 'HFIT_ACCESS_DECLARED',
      });
    }
  });

  test('is read again: what stays keeps its id, and what is wrong changes nothing', async () => {
    const before = await grants();
    writeFileSync(file, accessYaml.replace(/ {2}- \{ to: role:tester.*\n/, ''));
    await daemon.reload();
    expect(await dbmss()).toEqual({ dbmss: [] });
    expect(await grants()).toEqual([before.find(({ to }) => to === 'team:backend')]);
    writeFileSync(file, 'grants:\n  - { to: bob@example.com, sauce: shop }\n');
    await expect(daemon.reload()).rejects.toMatchObject({ code: 'HFIT_GRANT_INVALID' });
    expect(daemon.log()).toContain('access.yaml:2:');
    expect(await grants()).toHaveLength(1);
  });

  test('that is wrong fails the start at its place', async () => {
    writeFileSync(file, 'roles:\n  admin: [nobody]\n');
    await expect(startTestDaemon({ accessFile: file })).rejects.toMatchObject({
      code: 'HFIT_GRANT_INVALID',
      where: `${file}:2:11`,
    });
  });
});

describe('the configuration', () => {
  test('of the page names an issuer', () => {
    expect(parseSettings(configuration, 'hfitd.yaml').issuers).toEqual([
      {
        issuer: 'https://token.actions.githubusercontent.com',
        accounts: [
          {
            name: 'ci-main',
            claims: { repository: 'acme/shop', ref: 'refs/heads/main' },
            roles: ['tester'],
          },
        ],
      },
    ]);
  });

  test.each([
    ['access: maybe', '1:9'],
    ['issuers: [{ issuer: http://example.com, accounts: [] }]', '1:21'],
    ['issuers: [{ issuer: https://example.com, reusable: 1, accounts: [] }]', '1:52'],
    ['issuers: [{ issuer: https://example.com, accounts: [{ name: x, claims: {} }] }]', '1:72'],
  ])('refuses %s', (text, place) => {
    expect(() => parseSettings(text, 'hfitd.yaml')).toThrow(
      expect.objectContaining({ code: 'HFIT_CONFIG_INVALID', where: `hfitd.yaml:${place}` }),
    );
  });

  test('hides everything, or nothing, when it says so', async () => {
    for (const [access, count] of [
      ['grants', 0],
      ['open', 1],
    ] as const) {
      const daemon = await startTestDaemon({ access });
      if (access === 'open') {
        await daemon.admin.ask('POST', '/grants', { to: 'x@example.com', source: 'x' });
      }
      const { authorization } = await daemon.join('ann@example.com');
      const response = await daemon.fetch('/db/dbmss', { headers: authorization });
      expect(((await response.json()) as { dbmss: object[] }).dbmss).toHaveLength(count);
      if (access === 'grants') {
        const path = '/db/shop/dbs';
        expect(await refusal(await daemon.fetch(path, { headers: authorization }))).toEqual([
          404,
          'HFIT_SOURCE_UNKNOWN',
        ]);
      }
      await daemon.stop();
    }
  });
});
