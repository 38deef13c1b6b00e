import { performance } from 'node:perf_hooks';
import { type Database, openDatabase } from '@hot-fixture/database';
import {
  type Extraction,
  openExtraction,
  parseTemplate,
  type Template,
} from '@hot-fixture/extract';
import { parseMaskingKey, parsePolicy } from '@hot-fixture/masking';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { Services } from '../test/services/services.js';
import { fill, handWritten, masks, policyText, sizesFor, whole } from './extract/shop.js';
import { MemoryWatch, residentMegabytes } from './memory.js';
import type { Report } from './report.js';

/** Rows of all twelve tables; HFIT_BENCH_ROWS=200000 takes seconds. */
const rows = Number(process.env.HFIT_BENCH_ROWS ?? whole);
const customers = 1000;
const times = 3;

const key = parseMaskingKey('00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff');
const masked = parseTemplate(`hfitVersion: 1
templateName: masked
exports: { a.sql: { type: table-data, data: { dbms: shop, table: order_item } } }
`);
const closure = (filter: string) =>
  parseTemplate(`hfitVersion: 1
templateName: closure
exports:
  a.sql:
    type: subset
    data:
      dbms: shop
      table: customer
      filter: "${filter}"
      children: { relations: { category: false } }
`);

/** Masked rows beside raw COPY, and a closure beside SQL that a person wrote for the same rows. */
export async function* extractBench(): AsyncGenerator<Report> {
  const services = new Services();
  try {
    const sizes = sizesFor(rows);
    const url = await fill(await services.url('postgresql'), sizes);
    const database = await openDatabase(url);
    const client = new pg.Client(url);
    await client.connect();
    const idle = residentMegabytes(process.pid);
    const watch = new MemoryWatch(process.pid);
    const copied = await best(() => copyOut(client, 'order_item'));
    const streamed = await best(() => stream(database, masked, policyText(masks)));
    const byHand = await best(() => query(client, handWritten(customers)));
    const found = await best(() => stream(database, closure(`id <= ${customers}`), policyText()));
    const table = [
      ['order_item by COPY', ...cells(copied)],
      ['order_item, 3 of 8 columns masked', ...cells(streamed)],
      [`${customers} customers by SQL`, ...cells(byHand)],
      [`${customers} customers as a subset`, ...cells(found)],
    ];
    const memory = watch.stop() - idle;
    await client.end();
    await database.close();
    yield {
      title: `extraction from PostgreSQL, ${rows} rows in 12 tables; ${Math.round(memory)} MB over idle`,
      head: ['what', 'rows', 'seconds', 'rows/s'],
      rows: table,
      figures: {
        masked_vs_copy: perSecond(streamed) / perSecond(copied),
        closure_vs_sql: found.seconds / byHand.seconds,
        memory_mb: memory,
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

/** The quickest of a few times: what else the machine does only adds. */
async function best(work: () => Promise<number>): Promise<Measured> {
  const measured: Measured[] = [];
  for (let i = 0; i < times; i++) {
    const began = performance.now();
    const rows = await work();
    measured.push({ rows, seconds: (performance.now() - began) / 1000 });
  }
  return measured.sort((a, b) => a.seconds - b.seconds)[0] as Measured;
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

async function stream(database: Database, template: Template, policy: string): Promise<number> {
  const extraction = await open(database, template, policy);
  try {
    let count = 0;
    for await (const { batches } of extraction.dataset().rows()) {
      for await (const batch of batches) count += batch.length;
    }
    return count;
  } finally {
    await extraction.close();
  }
}

function open(database: Database, template: Template, policy: string): Promise<Extraction> {
  return openExtraction({
    template,
    parameters: [],
    sources: { databases: { shop: database }, volumes: {} },
    policy: parsePolicy(policy, 'policy.yaml'),
    maskingKey: key,
  });
}
