import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseSettings } from '../src/config/file.js';
import { readConfiguration } from '../src/config/read.js';
import { testFolder } from './folder.js';
import { thrown } from './thrown.js';

/** Reads with nothing of this machine's own environment. */
function read(env: Record<string, string>, folder = testFolder(), file?: string) {
  return readConfiguration({ env, folder, ...(file !== undefined && { file }) });
}

describe('without any setting', () => {
  test('everything has a default', () => {
    const folder = testFolder();
    expect(read({}, folder)).toEqual({
      listen: '127.0.0.1:8743',
      dataDir: join(folder, 'hfitd-data'),
      socket: join(folder, 'hfitd-data', 'admin.sock'),
      sources: {},
      volumes: {},
      packagesAtOnce: 4,
      logLevel: 'info',
      jobs: {
        ...{ atOnce: 2, perSource: 2, perUser: 100, attempts: 5 },
        ...{ keep: 86_400, maxAge: 3600, lease: 15 },
      },
      storage: join(folder, 'hfitd-data', 'packages'),
      limits: {
        loginsPerAddress: 120,
        loginsPerName: 60,
        loginsAtOnce: 200,
        requestsPerUser: 1200,
      },
    });
  });
});

describe('a YAML file', () => {
  test('sets everything, its paths start from its own folder', () => {
    const text = `
listen: 0.0.0.0:9000
audience: https://hfit.example.com
dataDir: data
socket: run/admin.sock
policy: policy.yaml
maskingKeyFile: /secrets/key
packagesAtOnce: 2
logLevel: warn
sources:
  shop: { url: "postgresql://reader:s3cret@db.example.com/shop" }
volumes:
  invoices: { path: files/invoices }
`;
    expect(parseSettings(text, '/etc/hfitd/hfitd.yaml')).toEqual({
      listen: '0.0.0.0:9000',
      audience: 'https://hfit.example.com',
      dataDir: '/etc/hfitd/data',
      socket: '/etc/hfitd/run/admin.sock',
      policy: '/etc/hfitd/policy.yaml',
      maskingKeyFile: '/secrets/key',
      packagesAtOnce: 2,
      logLevel: 'warn',
      sources: { shop: { url: 'postgresql://reader:s3cret@db.example.com/shop' } },
      volumes: { invoices: { path: '/etc/hfitd/files/invoices' } },
    });
  });

  test('names several policies in a list, and the environment as PATH has its folders', () => {
    const { policy } = parseSettings('policy: [a.yaml, /b.yaml]', '/etc/hfitd/hfitd.yaml');
    expect(policy).toEqual(['/etc/hfitd/a.yaml', '/b.yaml']);
    const folder = testFolder();
    const found = read({ HFITD_POLICY: ['a.yaml', '/b.yaml'].join(delimiter) }, folder);
    expect(found.policy).toEqual([join(folder, 'a.yaml'), '/b.yaml']);
  });

  test.each([
    ['listen: 127.0.0.1:8743\nlisten_port: 3\n', 'hfitd.yaml:2:1', /"listen_port" is not known/],
    ['sources:\n  shop: { url: "sqlite:x", pool: 3 }\n', 'hfitd.yaml:2:28', /"pool" is not known/],
    ['sources:\n  shop: {}\n', 'hfitd.yaml:2:9', /"url" is missing/],
    ['sources:\n  my shop: { url: "sqlite:x" }\n', 'hfitd.yaml:2:3', /a name is made of/],
    ['listen: nowhere\n', 'hfitd.yaml:1:9', /is no address/],
    ['listen: 127.0.0.1:99999\n', 'hfitd.yaml:1:9', /is no address/],
    ['audience: shop\n', 'hfitd.yaml:1:11', /must be a URL/],
    ['packagesAtOnce: 0\n', 'hfitd.yaml:1:17', /whole number from 1 to 64/],
    ['logLevel: loud\n', 'hfitd.yaml:1:11', /one of debug, info/],
    ['dataDir: ""\n', 'hfitd.yaml:1:10', /empty/],
    ['store: "mysql://u:hush@h/d"\n', 'hfitd.yaml:1:8', /begins with postgresql:/],
    ['redis: localhost\n', 'hfitd.yaml:1:8', /begins with redis:/],
    ['store: "postgresql://u:hu#sh@h/d"\n', 'hfitd.yaml:1:8', /percent-encoded/],
    ['redis: "redis://u:50%off@h"\n', 'hfitd.yaml:1:8', /percent-encoded/],
    ['storage: "s3://k:50%off@bucket"\n', 'hfitd.yaml:1:10', /percent-encoded/],
    ['jobs: { keep: 5 }\n', 'hfitd.yaml:1:15', /a time such as 30s/],
    ['jobs: { atOnce: 2h }\n', 'hfitd.yaml:1:17', /a whole number from 0 to 64/],
    ['storage: "gs://bucket"\n', 'hfitd.yaml:1:10', /must be a folder, or s3:/],
  ])('that says %j is refused at its place', async (text, where, what) => {
    const error = await thrown('HFIT_CONFIG_INVALID', () => parseSettings(text, 'hfitd.yaml'));
    expect(error.where).toBe(where);
    expect(error.what).toMatch(what);
  });

  test.each([
    'sources:\n  shop: { url: "postgresql://u:s3cret@db/shop"\n',
    'sources:\n  shop:\n    url: "postgresql://u:s3cret@db/shop" s3cret\n',
    'sources:\n  shop: postgresql://u:s3cret@db/shop\n',
    'sources:\n  shop:\n    url: !s3cret x\n',
    'sources:\n  shop: { url: [s3cret] }\n',
    'sources:\n  shop: { url: "\\s3cret" }\n',
    'sources: { "postgresql://u:s3cret@db/shop": { url: x } }\n',
    'listen: *s3cret\n',
    'sources:\n\ts3cret: 1\n',
  ])('that is broken as %j is refused without its secrets', async (text) => {
    const error = await thrown('HFIT_CONFIG_INVALID', () => parseSettings(text, 'hfitd.yaml'));
    expect(error.where).toMatch(/^hfitd\.yaml:\d+:\d+$/);
    expect(JSON.stringify(error) + error.message).not.toContain('s3cret');
  });

  test('that is not there is told by its path', async () => {
    const folder = testFolder();
    const error = await thrown('HFIT_CONFIG_UNREADABLE', () => read({}, folder, 'gone.yaml'));
    expect(error.where).toBe(join(folder, 'gone.yaml'));
  });
});

describe('the environment', () => {
  test('gives sources and volumes as the first Hot Fixture Tool named them', () => {
    const { sources, volumes, listen } = read({
      SERVER_ADDRESS: ':8080',
      DBMS_PROVIDERS: 'MYSQL1, POSTGRES1,LITE,maria',
      'MYSQL1.DB_TYPE': 'mysql',
      'MYSQL1.DB_HOST': 'db1',
      'MYSQL1.DB_PORT': '3307',
      'MYSQL1.DB_USER': 're@der',
      'MYSQL1.DB_PASSWORD': 'p:/ss@#',
      'MYSQL1.DB_NAME': 'shop',
      POSTGRES1_DB_TYPE: 'postgres',
      POSTGRES1_DB_USER: 'reader',
      LITE_DB_TYPE: 'sqlite',
      LITE_DB_NAME: '/data/shop.db',
      MARIA_DB_TYPE: 'MariaDB',
      MARIA_DB_HOST: '::1',
      VOLUMES: 'volume1',
      'VOLUME1.PATH': '/srv/files',
    });
    expect(listen).toBe(':8080');
    expect(sources).toEqual({
      MYSQL1: { url: 'mysql://re%40der:p%3A%2Fss%40%23@db1:3307/shop' },
      POSTGRES1: { url: 'postgresql://reader@127.0.0.1' },
      LITE: { url: 'sqlite:/data/shop.db' },
      maria: { url: 'mariadb://[::1]' },
    });
    expect(volumes).toEqual({ volume1: { path: '/srv/files' } });
  });

  test('wins over .env, and that over the file; sources of all are put together', () => {
    const folder = testFolder();
    writeFileSync(
      join(folder, 'c.yaml'),
      'listen: 127.0.0.1:1\ndataDir: one\npolicy: a\nsources: { a: { url: "sqlite:a" } }\n',
    );
    writeFileSync(
      join(folder, '.env'),
      'HFITD_CONFIG=c.yaml\nSERVER_ADDRESS=127.0.0.1:2\nHFITD_DATA_DIR=two\n' +
        'DBMS_PROVIDERS=B\nB.DB_TYPE=sqlite\nB.DB_NAME=b\n',
    );
    const found = read({ SERVER_ADDRESS: '127.0.0.1:3' }, folder);
    expect(found.listen).toBe('127.0.0.1:3');
    expect(found.dataDir).toBe(join(folder, 'two'));
    expect(found.policy).toBe(join(folder, 'a'));
    expect(found.sources).toEqual({ a: { url: 'sqlite:a' }, B: { url: 'sqlite:b' } });
  });

  test.each([
    [{ DBMS_PROVIDERS: 'A' }, 'A_DB_TYPE'],
    [{ DBMS_PROVIDERS: 'A', A_DB_TYPE: 's3cret' }, 'A_DB_TYPE'],
    [{ DBMS_PROVIDERS: 'A', A_DB_TYPE: 'mysql', A_DB_PORT: 's3cret' }, 'A_DB_PORT'],
    [{ DBMS_PROVIDERS: 'A', A_DB_TYPE: 'mysql', A_DB_PASWORD: 's3cret' }, 'A_DB_PASWORD'],
    [{ DBMS_PROVIDERS: 'A', A_DB_TYPE: 'sqlite' }, 'A_DB_NAME'],
    [{ DBMS_PROVIDERS: 'A,A', A_DB_TYPE: 'mysql' }, 'DBMS_PROVIDERS'],
    [{ VOLUMES: 'V' }, 'V_PATH'],
    [{ SERVER_ADDRESS: 'here' }, 'SERVER_ADDRESS'],
    [{ HFITD_AUDIENCE: 'here' }, 'HFITD_AUDIENCE'],
    [{ HFITD_PACKAGES_AT_ONCE: 'many' }, 'HFITD_PACKAGES_AT_ONCE'],
    [{ HFITD_LOG_LEVEL: 'loud' }, 'HFITD_LOG_LEVEL'],
  ] as [Record<string, string>, string][])(
    '%j is refused by the name of the variable',
    async (env, variable) => {
      const error = await thrown('HFIT_CONFIG_INVALID', () => read(env));
      expect(error.where).toBe(`environment: ${variable}`);
      expect(error.message).not.toContain('s3cret');
    },
  );

  test('names that differ in case alone are refused', async () => {
    const env = { DBMS_PROVIDERS: 'A,a', A_DB_TYPE: 'mysql', a_DB_TYPE: 'mysql' };
    const error = await thrown('HFIT_CONFIG_INVALID', () => read(env));
    expect(error.what).toMatch(/source "a" is there twice/);
  });
});
