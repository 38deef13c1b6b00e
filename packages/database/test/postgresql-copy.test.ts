import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freshPostgresql, services } from '../../../test/services/index.js';
import { freshPglite } from '../../../test/services/pglite.js';
import { type Database, type Dataset, openDatabase, type Row, type Schema } from '../src/index.js';
import { CopyMessages } from '../src/postgresql/copy-messages.js';
import { wholeRows } from '../src/postgresql/copy-rows.js';
import { contents } from './datasets.js';

const rows = 15_000;
const setUp = `
  CREATE TABLE visit (id int PRIMARY KEY, name text, note text);
  INSERT INTO visit SELECT i, 'Name ' || i, CASE WHEN i % 3 > 0 THEN E'a\\tb\\\\c\\nd' || repeat('é', i % 50) END
  FROM generate_series(${rows}, 1, -1) i`;

async function run(url: string, text: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(text);
  await client.end();
}

describe('messages of COPY TO', () => {
  const message = (type: string, body: Uint8Array) => {
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeUInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };

  it('gives the rows, and what comes after them, wherever the chunks are cut', () => {
    const body = fc.uint8Array({ maxLength: 30 });
    const cut = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('d', 'd', 'N'), body)), cut, (sent, cuts) => {
        const end = message('c', Buffer.alloc(0));
        const all = Buffer.concat([...sent.map(([type, it]) => message(type, it)), end, end]);
        const messages = new CopyMessages();
        const found: Buffer[] = [];
        let from = 0;
        for (let i = 0; from < all.length; i += 1) {
          const to = from + (cuts[i % cuts.length] as number);
          const read = messages.read(Buffer.from(all.subarray(from, to)));
          found.push(read.rows);
          from = to;
          if (!read.rest) continue;
          const rest = Buffer.concat([read.rest, all.subarray(from)]);
          expect(rest).toEqual(Buffer.concat([end, end]));
          break;
        }
        expect(Buffer.concat(found)).toEqual(
          Buffer.concat(sent.filter(([type]) => type === 'd').map(([, it]) => it)),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('joins chunks to whole rows', async () => {
    const line = `${'x'.repeat(999)}\n`;
    const text = Buffer.from(line.repeat(10_000));
    const chunks = Array.from({ length: 1000 }, (_, i) =>
      text.subarray(i * 10_007, (i + 1) * 10_007),
    );
    const joined: Buffer[] = [];
    for await (const piece of wholeRows(chunks)) joined.push(piece);
    expect(joined.length).toBeGreaterThan(1);
    expect(joined.every((piece) => piece.length % line.length === 0)).toBe(true);
    expect(Buffer.concat(joined).equals(text)).toBe(true);
  });
});

describe.skipIf(!services.postgresql)('bytes of PostgreSQL', () => {
  let source: Awaited<ReturnType<typeof freshPostgresql>>;
  let database: Database;
  let schema: Schema;
  beforeAll(async () => {
    source = await freshPostgresql();
    await run(source.url, setUp);
    database = await openDatabase(source.url);
    schema = await database.introspect();
  });
  afterAll(async () => {
    await database?.close();
    await source?.drop();
  });
  const visit = () => schema.tables[0]!;

  function datasetOf(chunks: AsyncIterable<Uint8Array>): Dataset {
    const batches = (async function* (): AsyncGenerator<Row[]> {
      yield Promise.reject(new Error('the batches were taken'));
    })();
    return {
      dialect: 'postgresql',
      schemas: [],
      create: [{ table: visit(), mode: 'absent' }],
      tables: [visit()],
      async *rows() {
        yield {
          table: visit(),
          columns: visit().columns,
          batches,
          bytes: { format: 'copy-text', chunks },
        };
      },
    };
  }

  const chunks = (snapshot: Awaited<ReturnType<Database['snapshot']>>) =>
    snapshot.tableRows(visit()).bytes!.chunks;

  it.each(['postgresql', 'pglite'])(
    'moves a table to %s, in the order of its key',
    async (kind) => {
      const fresh = kind === 'pglite' ? null : await freshPostgresql();
      const pglite = kind === 'pglite' ? await freshPglite() : null;
      const target = await openDatabase(fresh?.url ?? pglite!);
      const snapshot = await database.snapshot();
      const seen: number[] = [];
      const report = await target.load(datasetOf(chunks(snapshot)), {
        onProgress: (progress) => seen.push(progress.rows),
      });
      await snapshot.close();
      expect(report.tables.map((it) => [it.table, it.rows])).toEqual([['public.visit', rows]]);
      expect(seen.at(-1)).toBe(rows);
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      expect(await contents(target)).toEqual(await contents(database));
      const back = await target.snapshot();
      let text = '';
      for await (const chunk of chunks(back)) text += Buffer.from(chunk).toString('latin1');
      await back.close();
      const ids = text
        .trimEnd()
        .split('\n')
        .map((line) => Number(line.split('\t')[0]));
      expect(ids).toEqual(Array.from({ length: rows }, (_, i) => i + 1));
      await target.close();
      await pglite?.close();
      await fresh?.drop();
    },
  );

  it('reads on after the bytes, and gives the connection back when they are left', async () => {
    const snapshot = await database.snapshot();
    for await (const _ of chunks(snapshot));
    expect(await snapshot.count(visit())).toBe(rows);
    for await (const _ of chunks(snapshot)) break;
    await snapshot.close();
    const client = new pg.Client(source.url);
    await client.connect();
    const lone = await openDatabase(client);
    const other = await lone.snapshot();
    for await (const _ of chunks(other)) break;
    await other.close();
    expect((await lone.introspect()).tables).toHaveLength(1);
    await client.end();
  });

  it('leaves the target as it was when the bytes end in an error, or are no rows', async () => {
    const fresh = await freshPostgresql();
    await run(fresh.url, setUp);
    const target = await openDatabase(fresh.url);
    const before = await contents(target);
    async function* cut() {
      yield Buffer.from(`${rows + 1}\tx\ty\n`);
      throw new Error('the disk is gone');
    }
    await expect(target.load(datasetOf(cut()))).rejects.toThrow('HFIT_DATABASE_QUERY');
    async function* wrong() {
      yield Buffer.from(`${rows + 1}\tx\ty\n${rows + 2}\tx\n`);
    }
    await expect(target.load(datasetOf(wrong()))).rejects.toThrow(/HFIT_LOAD_FAILED.*visit/);
    expect(await contents(target)).toEqual(before);
    await target.close();
    await fresh.drop();
  });

  it('tells that the connection was lost while bytes are read', async () => {
    const snapshot = await database.snapshot();
    const reading = (async () => {
      for await (const _ of chunks(snapshot)) {
        await run(
          source.url,
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        );
      }
    })();
    // What fits between the server and here may all be there before it is killed.
    const outcome = await reading.then(
      () => 'whole',
      (error) => error.code,
    );
    expect(['whole', 'HFIT_DATABASE_LOST']).toContain(outcome);
    await snapshot.close();
    expect((await database.introspect()).tables).toHaveLength(1);
  });

  it('tells that the connection was lost while bytes are written, and keeps no row', async () => {
    const fresh = await freshPostgresql();
    const target = await openDatabase(fresh.url);
    let sent = 0;
    async function* endless() {
      for (; sent < 1_000_000; sent += 10_000) {
        const lines = Array.from({ length: 10_000 }, (_, i) => `${sent + i}\tx\ty\n`);
        yield Buffer.from(lines.join(''));
        if (sent === 50_000) {
          await run(
            fresh.url,
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`,
          );
        }
      }
    }
    await expect(target.load(datasetOf(endless()))).rejects.toThrow('HFIT_DATABASE_LOST');
    expect(sent).toBeLessThan(1_000_000);
    expect((await target.introspect()).tables).toEqual([]);
    await target.close();
    await fresh.drop();
  });

  it('reads one moment from several connections at once', async () => {
    const fresh = await freshPostgresql();
    await run(fresh.url, setUp);
    const shared = await openDatabase(fresh.url);
    const snapshots = await shared.snapshots(3);
    expect(snapshots).toHaveLength(3);
    await run(fresh.url, 'DELETE FROM visit WHERE id > 10');
    const counts = await Promise.all(snapshots.map((it) => it.count(visit())));
    expect(counts).toEqual([rows, rows, rows]);
    await Promise.all(snapshots.map((it) => it.close()));
    const [later, ...none] = await shared.snapshots(1);
    expect(none).toEqual([]);
    expect(await later.count(visit())).toBe(10);
    await later.close();
    await shared.close();
    const single = await openDatabase(await freshPglite());
    const alone = await single.snapshots(3);
    expect(alone).toHaveLength(1);
    await alone[0].close();
    await single.close();
    await fresh.drop();
  });
});
