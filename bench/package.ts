import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { HfitClient } from '@hot-fixture/client';
import pg from 'pg';
import { Children } from '../examples/shop/demo/children.js';
import { Services } from '../test/services/services.js';
import { MemoryWatch, residentMegabytes } from './memory.js';
import type { Report } from './report.js';

/** The first pass of a form warms the process up: what it takes is not due to the rows. */
const warm = 20_000;
const few = 200_000;
const many = 2_000_000;
/** What is built, and the form in which it is sent. */
const subjects = [
  ['table-data', 'script'],
  ['table-data', 'archive'],
  ['subset', 'dataset'],
] as const;

const policy = `policyVersion: 1
databases:
  shop:
    visit:
      id: keep
      customer_id: keep
      name: personName
      email: email
      note: hash
      amount: keep
      seen_at: keep
      state: keep
`;

const template = (type: string) => `hfitVersion: 1
templateName: ${type}
parameters:
  - { name: rows, type: integer }
exports:
  visit.sql: { type: ${type}, data: { dbms: shop, table: visit, filter: "id <= \${rows}" } }
`;

/** How much memory the daemon takes while it streams packages of few and of many rows. */
export async function* packageBench(): AsyncGenerator<Report> {
  const services = new Services();
  const folder = await mkdtemp(join(tmpdir(), 'hfit-bench-'));
  const children = new Children(folder);
  try {
    const url = await fill(await services.url('postgresql'));
    const { client, pid } = await startDaemon(children, folder, url);
    const idle = residentMegabytes(pid);
    const rows: (string | number)[][] = [];
    const growths: number[] = [];
    let highest = 0;
    for (const type of new Set(subjects.map(([it]) => it))) {
      await client.createTemplate(template(type));
    }
    for (const [type, form] of subjects) {
      const peaks: number[] = [];
      for (const size of [warm, few, many]) {
        const { peak, seconds, bytes } = await download(client, pid, type, form, size);
        peaks.push(peak - idle);
        const name = `${type}, ${form}`;
        const speed = Math.round(size / seconds);
        const megabytes = Math.round(bytes / 1e6);
        const row = [name, size, megabytes, seconds.toFixed(1), speed, Math.round(peak - idle)];
        process.stderr.write(`${row.join('  ')}\n`);
        rows.push(row);
      }
      growths.push((peaks[2] as number) / (peaks[1] as number));
      highest = Math.max(highest, ...peaks);
    }
    yield {
      title: `memory of hfitd over idle (${Math.round(idle)} MB), 3 of 8 columns masked, PostgreSQL`,
      head: ['package', 'rows', 'MB sent', 'seconds', 'rows/s', 'MB over idle'],
      rows,
      figures: { memory_mb: highest, memory_growth: Math.max(...growths) },
    };
  } finally {
    await children.stop();
    await services.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function download(
  client: HfitClient,
  pid: number,
  type: string,
  form: (typeof subjects)[number][1],
  size: number,
) {
  const watch = new MemoryWatch(pid);
  const began = performance.now();
  let bytes = 0;
  const { body } = await client.packageStream(type, { rows: size }, form);
  for await (const chunk of body) bytes += chunk.length;
  return { bytes, seconds: (performance.now() - began) / 1000, peak: watch.stop() };
}

async function fill(server: string): Promise<string> {
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query('CREATE DATABASE hfit_bench_package');
  await admin.end();
  const url = new URL(server);
  url.pathname = '/hfit_bench_package';
  const client = new pg.Client(url.href);
  await client.connect();
  await client.query(`
    CREATE TABLE visit (id bigint PRIMARY KEY, customer_id int NOT NULL, name text, email varchar(80),
      note text, amount numeric(12,2), seen_at timestamptz, state text);
    INSERT INTO visit SELECT i, i % 50000, 'Name ' || i % 90000, 'user' || i || '@example.com',
      md5(i::text), i / 100.0, timestamptz '2024-01-01' + i * interval '1 second', 'open'
    FROM generate_series(1, ${many}) i`);
  await client.query('ANALYZE visit');
  await client.end();
  return url.href;
}

async function startDaemon(children: Children, folder: string, source: string) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const files = {
    'hfitd.yaml': `listen: 127.0.0.1:0\ndataDir: data\npolicy: policy.yaml\nsources:\n  shop: { url: "${source}", dangerouslyAllowWriters: true }\n`,
    'policy.yaml': policy,
    'ann.pub': publicKey.export({ type: 'spki', format: 'pem' }),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const { url, pid } = await children.serve(['--config', 'hfitd.yaml'], 'hfitd.log', false);
  await children.run('hfitd', ['adduser', 'ann@example.com', 'ann.pub', '--config', 'hfitd.yaml']);
  const { token } = await new HfitClient({ host: url }).login('ann@example.com', privateKey);
  return { client: new HfitClient({ host: url, token }), pid };
}
