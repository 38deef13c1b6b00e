import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { inspect } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { carry, type Database, openDatabase } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { defineMasker, parsePolicy, registerMasker } from '@hot-fixture/masking';
import Sqlite from 'better-sqlite3';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import {
  drawChain,
  type Extraction,
  type ExtractionRequest,
  openExtraction,
  parseTemplate,
  verifyPackage,
} from '../src/index.js';
import { dialects, type Fresh } from './dialects.js';
import { bytesOf, signingKey, streamOf } from './packages.js';
import {
  type Planted,
  planted,
  type Rule,
  type Sort,
  shapes,
  sortsOfMariadb,
  sortsOfPostgresql,
  sortsOfSqlite,
} from './planted.js';
import { key, textOf } from './shop.js';

/** A masker as somebody may write one: it fails on what it does not know, and quotes it. */
const takeBack = registerMasker(
  defineMasker({
    name: 'refuses',
    about: 'Fails.',
    kinds: 'any',
    keeps: { unique: true, length: true, format: true, order: true, referential: true },
    options: {},
    bind: () => (value) => {
      throw new TypeError(`cannot read ${value}`);
    },
  }),
);
afterAll(takeBack);

const forms: Record<string, (extraction: Extraction) => Promise<string>> = {
  script: (it) => textOf(it.script()),
  lines: (it) => textOf(it.lines()),
  async package(it) {
    const bytes = await bytesOf((await it.package({ signingKey })).stream);
    const report = await verifyPackage(streamOf(bytes, 1e6), { keys: [signingKey] });
    return JSON.stringify(report) + gunzipSync(bytes).toString('latin1');
  },
  async explain(it) {
    const chains = [...(await it.explainAll())];
    return JSON.stringify([chains, await it.estimate()]) + chains.map(drawChain).join('');
  },
  /** Carried into another dialect, which may refuse what it cannot hold. */
  async load(it) {
    const sqlite = new Sqlite(':memory:');
    try {
      const target = await openDatabase(sqlite);
      const { dataset, notes } = await carry(it.dataset(), target);
      const report = await target.load(dataset);
      return JSON.stringify([notes, report]) + sqlite.serialize().toString('latin1');
    } finally {
      sqlite.close();
    }
  },
};

const template = (tables: readonly string[], subset: boolean, dataFirst: boolean) => {
  const create = `  create.sql: { type: table-create, data: { dbms: shop, tablelist: [${tables.join(', ')}] } }\n`;
  const type = subset ? 'subset' : 'table-data';
  const data = tables
    .map((table) => `  ${table}.sql: { type: ${type}, data: { dbms: shop, table: ${table} } }\n`)
    .join('');
  const exports = dataFirst ? data + create : create + data;
  return parseTemplate(`hfitVersion: 1\ntemplateName: slice\nexports:\n${exports}`);
};

let folder: string;
let said = '';
const { TMPDIR } = process.env;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hfit-leaks-'));
  process.env.TMPDIR = folder;
  said = '';
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      said += Buffer.from(chunk as string).toString('latin1');
      return true;
    });
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  if (TMPDIR === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = TMPDIR;
  rmSync(folder, { recursive: true, force: true });
});

/** Everything in the temporary folder, packed or not. */
function onDisk(): string {
  if (!existsSync(folder)) return '';
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return files
    .filter((file) => file.isFile())
    .map((file) => readFileSync(join(file.parentPath, file.name), 'latin1'))
    .join('\n');
}

/** An error with all that hangs on it: causes, and whatever fields they have. */
const written = (error: unknown) =>
  `${inspect(error, { depth: 20, maxStringLength: null, showHidden: true })} ${JSON.stringify(error)} ${(error as Error).stack}`;

interface Run {
  readonly output: string;
  /** What is told beside it: warnings, progress, logs, temporary files, errors. */
  readonly beside: string;
  readonly code: string | null;
}

async function run(
  { tables, hiding }: Planted,
  database: Database,
  form: string,
  more: Partial<ExtractionRequest> & {
    subset?: boolean;
    dataFirst?: boolean;
    policyText?: string;
  } = {},
): Promise<Run> {
  const { subset = false, dataFirst = false, policyText = hiding, ...request } = more;
  let beside = '';
  let output = '';
  let code: string | null = null;
  let extraction: Extraction | undefined;
  try {
    extraction = await openExtraction({
      template: template(tables, subset, dataFirst),
      parameters: [],
      sources: { databases: { shop: database }, volumes: {} },
      policy: parsePolicy(policyText, 'policy.yaml'),
      maskingKey: key,
      onProgress: (at) => {
        beside += JSON.stringify(at) + onDisk();
      },
      ...request,
    });
    beside += extraction.warnings.join('\n');
    output = await forms[form]!(extraction);
    beside += onDisk();
  } catch (error) {
    code = error instanceof HfitError ? error.code : (error as Error).name;
    beside += written(error) + onDisk();
  } finally {
    await extraction?.close();
  }
  expect(onDisk()).toBe('');
  return { output, beside: beside + said, code };
}

/** Which secrets stand in a text, as they are, in hexadecimal, or in base64. */
function found(secrets: readonly string[], text: string): string[] {
  const lower = text.toLowerCase();
  return secrets.filter((secret) => {
    const bytes = Buffer.from(secret);
    const inBase64 = [0, 1, 2].map((shift) => {
      const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
      return whole.slice(shift === 0 ? 0 : 4, Math.floor((shift + bytes.length) / 3) * 4);
    });
    return (
      lower.includes(secret) ||
      lower.includes(bytes.toString('hex')) ||
      inBase64.some((it) => it.length > 8 && text.includes(it))
    );
  });
}

const sortsOf: Record<string, readonly Sort[]> = {
  PostgreSQL: sortsOfPostgresql,
  MariaDB: sortsOfMariadb,
  SQLite: sortsOfSqlite,
};
const rulesOf: Record<string, readonly Rule[]> = {
  PostgreSQL: ['check', 'table check', 'index', 'unique index'],
  MariaDB: ['check', 'table check'],
  SQLite: ['check', 'table check', 'index', 'unique index'],
};
const runsOf: Record<string, number> = { PostgreSQL: 2, MariaDB: 2, SQLite: 8 };

describe.for(dialects)('no planted secret comes out of $name', ({ name, skip, open }) => {
  test.skipIf(skip)('by any form, whatever fails', async () => {
    const fresh = await open();
    const codes = new Map<string, number>();
    try {
      const property = fc.asyncProperty(
        shapes(sortsOf[name]!, rulesOf[name]!),
        fc.boolean(),
        fc.boolean(),
        async (shape, subset, dataFirst) => {
          const it = planted(shape);
          await refill(fresh, it);
          for (const form of Object.keys(forms)) {
            const told = await run(it, fresh.database, form, { subset, dataFirst });
            codes.set(told.code ?? 'no error', (codes.get(told.code ?? 'no error') ?? 0) + 1);
            expect(found(it.secrets, told.output), `${form}: output`).toEqual([]);
            expect(found(it.secrets, told.beside), `${form}: beside`).toEqual([]);
          }
          // What the search would find, if it were there.
          const { output, code } = await run(it, fresh.database, 'script', {
            policyText: it.keeping,
          });
          expect(code).toBe(null);
          expect(found(it.secrets, output).length).toBe(it.secrets.length);
        },
      );
      await fc.assert(property, { numRuns: runsOf[name]! * Number(process.env.HFIT_RUNS ?? 1) });
    } finally {
      await fresh.close();
    }
    expect([...codes.keys()]).toContain('no error');
  });

  test.skipIf(skip)('by a row that the target refuses, and it stays as it was', async () => {
    const [fresh, target] = await Promise.all([open(), open()]);
    const sort = sortsOf[name]!.find(({ type }) => /^varchar/i.test(type)) as Sort;
    const column = (as: string) => ({ sort, as, required: 24, withDefault: false });
    const it = planted([
      {
        key: 'text',
        keyAs: 'hash',
        parents: [],
        columns: [column('email'), column('deny')],
        rows: 3,
      },
    ]);
    try {
      await refill(fresh, it);
      await target.run(
        `CREATE TABLE t0 (id varchar(60) NOT NULL PRIMARY KEY, c0 ${sort.type} CHECK (c0 = 'here'), c1 ${sort.type});
         INSERT INTO t0 VALUES ('a', 'here', 'too')`,
      );
      const rowsThere = async () => {
        const snapshot = await target.database.snapshot();
        const [table] = (await snapshot.introspect()).tables;
        const rows = await snapshot.list({ table: table!, columns: table!.columns });
        await snapshot.close();
        return rows.map((row) => row.map(String));
      };
      for (const existing of ['add', 'replace', 'merge'] as const) {
        forms.refused = async (extraction) =>
          JSON.stringify(await target.database.load(extraction.dataset(), { existing }));
        const told = await run(it, fresh.database, 'refused');
        expect(told.code).toBe('HFIT_LOAD_FAILED');
        expect(told.beside).toMatch(/table (public\.)?t0.*row 1, id = [0-9a-f]{32}/s);
        expect(found(it.secrets, told.output + told.beside)).toEqual([]);
        expect(await rowsThere()).toEqual([['a', 'here', 'too']]);
      }
    } finally {
      delete forms.refused;
      await Promise.all([fresh.close(), target.close()]);
    }
  });
});

/** One table of so many rows: a text that is masked, one that is denied, and a document. */
const large = (rows: number, as = 'hash') => {
  const [text] = sortsOfPostgresql as readonly [Sort];
  const document = sortsOfPostgresql.find(({ type }) => type === 'json') as Sort;
  const columns = [
    { sort: text, as, required: 1, withDefault: false },
    { sort: text, as: 'deny', required: 24, withDefault: true },
    { sort: document, as: 'deny', required: 24, withDefault: false },
  ];
  return planted([{ key: 'text', keyAs: 'email', parents: [], columns, rows }]);
};

describe('no planted secret comes out', () => {
  const fail = async (
    database: Database,
    it: Planted,
    form: string,
    more: Partial<ExtractionRequest>,
  ) => {
    const told = await run(it, database, form, more);
    expect(found(it.secrets, told.output + told.beside)).toEqual([]);
    return told.code;
  };

  test('of a masker that fails, a spool that goes away, or a run that is stopped', async () => {
    const [, , sqlite] = dialects;
    const fresh = await sqlite!.open();
    try {
      const it = large(2_500);
      await refill(fresh, it);
      const gone = join(folder, '..', `${basename(folder)}-gone`);
      const onProgress = () => existsSync(folder) && renameSync(folder, gone);
      expect(await fail(fresh.database, it, 'package', { onProgress })).not.toBe(null);
      renameSync(gone, folder);
      rmSync(folder, { recursive: true });
      mkdirSync(folder);
      for (const form of ['script', 'lines', 'package']) {
        const onProgress = () => {
          throw new HfitError('HFIT_INTERRUPTED', { signal: 'SIGINT' });
        };
        expect(await fail(fresh.database, it, form, { onProgress })).toBe('HFIT_INTERRUPTED');
        const policyText = it.hiding.replace('c0: hash', 'c0: refuses');
        const refused = { policyText } as Partial<ExtractionRequest>;
        expect(await fail(fresh.database, it, form, refused)).toBe('HFIT_MASKER_VALUE');
      }
    } finally {
      await fresh.close();
    }
  });

  test.skipIf(!services.postgresql)(
    'of a source that goes away, or a target that refuses',
    async () => {
      const [source, target] = await Promise.all([freshPostgresql(), freshPostgresql()]);
      const [database, into] = await Promise.all([
        openDatabase(source.url),
        openDatabase(target.url),
      ]);
      const client = new pg.Client(source.url);
      const other = new pg.Client(target.url);
      try {
        await Promise.all([client.connect(), other.connect()]);
        const it = large(2_500);
        await client.query(it.sql);
        for (const form of ['script', 'package']) {
          let wait: Promise<unknown> | undefined;
          const onProgress = () => {
            wait ??= client.query(
              'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
            );
          };
          await fail(database, it, form, { onProgress });
          await wait;
        }
        await other.query(
          'CREATE TABLE t0 (id text, c0 text CHECK (length(c0) < 3), c1 text, c2 json)',
        );
        forms.refused = async (extraction) => JSON.stringify(await into.load(extraction.dataset()));
        expect(await fail(database, it, 'refused', {})).toBe('HFIT_LOAD_FAILED');
      } finally {
        delete forms.refused;
        await Promise.all([client.end(), other.end(), database.close(), into.close()]);
        await Promise.all([source.drop(), target.drop()]);
      }
    },
  );
});

async function refill({ run }: Fresh, { sql }: Planted): Promise<void> {
  const drop = [2, 1, 0].map((t) => `DROP TABLE IF EXISTS t${t};`).join(' ');
  await run(`${drop} ${sql}`);
}
