import { execFile } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openDatabase } from '@hot-fixture/database';
import { parseTemplate } from '@hot-fixture/extract';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Services } from '../test/services/services.js';
import { fill, handWritten, masks, policyText, sizesFor, whole } from './extract/shop.js';
import { stream } from './extract/stream.js';
import type { Report } from './report.js';

/** Rows of all twelve tables; HFIT_BENCH_ROWS=200000 takes seconds. */
const rows = Number(process.env.HFIT_BENCH_ROWS ?? whole);
const customers = 1000;
const times = 3;

const masked = parseTemplate(`hfitVersion: 1
templateName: masked
exports: { a.sql: { type: table-data, data: { dbms: shop, table: order_item } } }
`);
const closure = parseTemplate(`hfitVersion: 1
templateName: closure
exports:
  a.sql:
    type: subset
    data:
      dbms: shop
      table: customer
      filter: "id <= ${customers}"
      children: { relations: { category: false } }
`);

/** Masked rows beside raw COPY, and a closure beside SQL that a person wrote for the same rows. */
export async function* extractBench(): AsyncGenerator<Report> {
  const services = new Services();
  try {
    const url = await fill(await services.url('postgresql'), sizesFor(rows));
    const database = await openDatabase(url);
    const client = new pg.Client(url);
    await client.connect();
    const policy = policyText(masks);
    const [copied, streamed, one, two, byHand, found] = await inTurns([
      () => copyOut(client, 'order_item'),
      () => stream(database, masked, policy),
      () => stream(database, masked, policy, 1),
      () => stream(database, masked, policy, 2),
      () => query(client, handWritten(customers)),
      () => stream(database, closure, policyText()),
    ]);
    await client.end();
    await database.close();
    const all = await inProcess(url);
    const megabytes = Math.round(all.memory);
    yield {
      title: `extraction from PostgreSQL, ${rows} rows in 12 tables`,
      head: ['what', 'rows', 'seconds', 'rows/s'],
      rows: [
        ['order_item by COPY', ...cells(copied)],
        ['order_item, 3 of 8 columns masked', ...cells(streamed)],
        ['the same, one worker', ...cells(one)],
        ['the same, two workers', ...cells(two)],
        [`${customers} customers by SQL`, ...cells(byHand)],
        [`${customers} customers as a subset`, ...cells(found)],
        [`all tables in a process of its own: ${megabytes} MB over idle`, ...cells(all)],
      ],
      figures: {
        masked_vs_copy: perSecond(streamed) / perSecond(copied),
        two_workers: perSecond(two) / perSecond(one),
        closure_vs_sql: found.seconds / byHand.seconds,
        memory_mb: all.memory,
      },
    };
  } finally {
    await services.stop();
  }
}

interface Measured {
  readonly rows: number;
  readonly seconds: number;
}

const perSecond = ({ rows, seconds }: Measured) => rows / seconds;
const cells = (it: Measured) => [it.rows, it.seconds.toFixed(2), Math.round(perSecond(it))];

/** The quickest of a few times of each, in turns: what else the machine does only adds. */
async function inTurns<T extends readonly (() => Promise<number>)[]>(
  works: readonly [...T],
): Promise<{ [K in keyof T]: Measured }> {
  const best: Measured[] = [];
  for (let time = 0; time < times; time++) {
    for (const [i, work] of works.entries()) {
      const began = performance.now();
      const rows = await work();
      const seconds = (performance.now() - began) / 1000;
      if (seconds < (best[i]?.seconds ?? Infinity)) best[i] = { rows, seconds };
    }
  }
  return best as { [K in keyof T]: Measured };
}

/** What this process holds of other measures is not in it. */
async function inProcess(url: string): Promise<Measured & { memory: number }> {
  const file = fileURLToPath(new URL('extract/whole.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', file, url]);
  return JSON.parse(stdout);
}

async function copyOut(client: pg.Client, table: string): Promise<number> {
  let lines = 0;
  for await (const chunk of client.query(copyTo(`COPY ${table} TO STDOUT`))) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines += 1;
  }
  return lines;
}

async function query(client: pg.Client, statements: readonly string[]): Promise<number> {
  let count = 0;
  for (const text of statements) {
    const { rows } = await client.query({ text, rowMode: 'array' });
    count += rows.length;
  }
  return count;
}
