import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyAuditLog } from '../src/cli/audit.js';
import { backup, restore } from '../src/cli/backup.js';
import { checkConfiguration } from '../src/cli/check-config.js';
import { complete } from '../src/config/complete.js';
import { readConfiguration } from '../src/config/read.js';
import { startDaemon } from '../src/index.js';
import { openStore } from '../src/store/open.js';
import { startTestDaemon, type TestDaemon } from './daemon.js';
import { testFolder } from './folder.js';
import { thrown } from './thrown.js';

let daemon: TestDaemon;
beforeAll(async () => {
  daemon = await startTestDaemon();
  await daemon.join('ann@example.com');
});
afterAll(() => daemon.stop());

describe('a backup', () => {
  test('is made while the daemon runs, and put back where it does not', async () => {
    const folder = testFolder();
    const file = join(folder, 'hfitd.backup');
    const { document } = await backup(complete({ dataDir: daemon.dataDir }), file);
    expect(document).toMatchObject({
      files: ['hfitd.db', 'masking.key', 'signing.key', 'daemon.id', 'audit.log'],
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['hfitd.backup']);

    const there = complete({ dataDir: join(folder, 'data'), listen: '127.0.0.1:0' });
    await restore(there, file, {});
    const { text } = await verifyAuditLog(there, {});
    expect(text).toContain('the audit log is whole');
    for (const name of ['masking.key', 'signing.key', 'daemon.id']) {
      const read = (at: string) => readFileSync(join(at, name), 'utf8');
      expect(read(there.dataDir)).toBe(read(daemon.dataDir));
      expect(statSync(join(there.dataDir, name)).mode & 0o777).toBe(0o600);
    }
    const restored = await startDaemon(there, { log: { write: () => {} } });
    await restored.stop();
    expect((await verifyAuditLog(there, {})).text).toContain('whole');

    await thrown('HFIT_BACKUP_FAILED', () => restore(there, file, {}));
    const { document: again } = await restore(there, file, { replace: true });
    const { before } = again as { before: string };
    expect(existsSync(join(before, 'hfitd.db'))).toBe(true);
  });

  test('is not put below a daemon that runs, nor over a file', async () => {
    const configuration = complete({ dataDir: daemon.dataDir });
    const file = join(testFolder(), 'x');
    writeFileSync(file, '');
    await thrown('HFIT_DAEMON_RUNNING', () => restore(configuration, file, { replace: true }));
    await thrown('HFIT_BACKUP_FAILED', () => backup(configuration, file));
  });

  test('that is damaged, or of a newer version, leaves the data folder as it was', async () => {
    const folder = testFolder();
    const file = join(folder, 'b');
    const there = complete({ dataDir: join(folder, 'data') });
    await backup(complete({ dataDir: daemon.dataDir }), file);
    const newer = new Sqlite(file);
    newer.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2099-01-01')");
    newer.close();
    await thrown('HFIT_STORE_UNUSABLE', () => restore(there, file, {}));
    writeFileSync(file, 'this is no backup');
    await thrown('HFIT_BACKUP_FAILED', () => restore(there, file, {}));
    await thrown('HFIT_BACKUP_FAILED', () => restore(there, join(folder, 'gone'), {}));
    expect(readdirSync(folder)).toEqual(['b']);
  });

  test('of a store on a server is for the tools of that server', async () => {
    const shared = complete({ dataDir: testFolder(), store: 'postgresql://x@db/hfitd' });
    await thrown('HFIT_BACKUP_ELSEWHERE', () => backup(shared, '/nowhere/x'));
    await thrown('HFIT_BACKUP_ELSEWHERE', () => restore(shared, '/nowhere/x', {}));
  });
});

describe('check-config', () => {
  async function check(text: string, options = {}) {
    const folder = testFolder();
    writeFileSync(join(folder, 'hfitd.yaml'), text);
    writeFileSync(join(folder, 'secret'), 'postgresql://reader:s3cret@db.example.com/shop\n');
    const configuration = readConfiguration({ folder, file: 'hfitd.yaml', env: {} });
    const { result, failure } = await checkConfiguration(configuration, options);
    expect(result.text + JSON.stringify(result.document)).not.toContain('s3cret');
    expect(existsSync(join(folder, 'hfitd-data'))).toBe(false);
    return { ...result, failure };
  }

  test('tells what a start would do, and keeps the secrets', async () => {
    const { text, failure } = await check('sources:\n  shop: { urlFile: secret }\n');
    expect(failure).toBeNull();
    expect(text).toMatch(/ok {6}policy: none, so every column is denied/);
    expect(text).toMatch(/ok {6}source shop: postgresql at .*db\.example\.com/);
    expect(text).toMatch(/ok {6}data folder: .*hfitd-data, made at the first start/);
  });

  test('asks the sources, and counts what the policy says of their columns', async () => {
    const policy = join(daemon.dataDir, '..', 'policy.yaml');
    const config = `policy: ${policy}\nsources:\n  shop: { url: "sqlite:${daemon.shop}" }\n`;
    const { text } = await check(config, { online: true });
    expect(text).toMatch(
      /source shop: sqlite at \S+; 2 tables, columns: 5 kept, 2 masked, 1 denied/,
    );
  });

  test('finds what a policy names and a source has not, and counts lines by type', async () => {
    const policy = join(testFolder(), 'policy.yaml');
    writeFileSync(
      policy,
      `policyVersion: 1
databases:
  shop:
    customers: { id: keep, emial: email }
    ordres: { id: keep }
    "*": { "kind:text": keep }
`,
    );
    const config = `policy: ${policy}\nsources:\n  shop: { url: "sqlite:${daemon.shop}" }\n`;
    const { text, failure } = await check(config, { online: true });
    expect(failure?.what).toBe('1 of the checks of the configuration failed');
    expect(text).toMatch(/failed {2}policy of shop: .*:5:\d+: there is no table "ordres"/);
    expect(text).toMatch(/failed {2}policy of shop: .*:4:\d+: .*emial/);
    expect(text).toMatch(/2 tables, columns: 5 kept, 0 masked, 3 denied/);
  });

  test('looks at the access file, keys, store, storage and Redis', async () => {
    const { text, failure } = await check(
      `accessFile: secret
maskingKeyFile: gone.key
signingKeyFile: secret
store: "postgresql://hfitd:s3cret@127.0.0.1:1/hfitd"
redis: "redis://:s3cret@127.0.0.1:1"
storage: "s3://key:s3cret@packages?endpoint=http%3A%2F%2F127.0.0.1%3A1"
`,
      { online: true },
    );
    for (const name of ['access file', 'masking key', 'signing key', 'store', 'redis', 'storage']) {
      expect(text).toMatch(new RegExp(`^failed {2}${name}: HFIT_`, 'm'));
    }
    expect(failure?.what).toBe('6 of the checks of the configuration failed');
  });

  test('looks at a store that is there, and changes nothing of it', async () => {
    const dataDir = testFolder();
    const config = complete({ dataDir });
    const store = await openStore(dataDir);
    await store.destroy();
    const told = async () => (await checkConfiguration(config, {})).result.text;
    expect(await told()).toMatch(/^ok {6}store: .*hfitd\.db$/m);
    expect(existsSync(join(dataDir, 'masking.key'))).toBe(false);
    const newer = new Sqlite(join(dataDir, 'hfitd.db'));
    newer.exec("INSERT INTO kysely_migration VALUES ('9999-later', '2099-01-01')");
    newer.close();
    expect(await told()).toMatch(/^failed {2}store: HFIT_STORE_UNUSABLE: .*9999-later/m);
  });

  test('tells all that is wrong at once', async () => {
    const { text, failure } = await check(
      `listen: 0.0.0.0:1
policy: gone.yaml
tls: { cert: secret, key: secret }
volumes:
  files: { path: nowhere }
sources:
  shop: { url: "postgresql://reader:s3cret@127.0.0.1:1/shop" }
`,
      { online: true },
    );
    expect(failure?.what).toBe('4 of the checks of the configuration failed');
    for (const name of ['tls', 'policy', 'volume files', 'source shop']) {
      expect(text).toMatch(new RegExp(`failed {2}${name}: HFIT_`));
    }
  });

  test.each(['a: &a [b]\nlisten: *a\n', `${'['.repeat(5000)}`, 'listen: x\nlisten: y\n'])(
    'refuses YAML that swells, is too deep or says things twice (%#)',
    async (text) => {
      await thrown('HFIT_CONFIG_INVALID', () => check(text));
    },
  );
});

test('a secret may stand in a file that the environment names', async () => {
  const folder = testFolder();
  const secret = join(folder, 'password');
  writeFileSync(secret, 's3cret\n');
  const env = { DBMS_PROVIDERS: 'A', A_DB_TYPE: 'postgres', A_DB_PASSWORD_FILE: secret };
  const read = (more: object) => readConfiguration({ folder, env: { ...env, ...more } });
  expect(read({}).sources).toEqual({ A: { url: 'postgresql://:s3cret@127.0.0.1' } });
  await thrown('HFIT_CONFIG_INVALID', () => read({ A_DB_PASSWORD: 'other' }));
  await thrown('HFIT_FILE_UNREADABLE', () => read({ A_DB_PASSWORD_FILE: `${secret}.gone` }));
  appendFileSync(secret, '');
});
