import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { openDatabase } from '@hot-fixture/database';
import { readLines, verifyPackage } from '@hot-fixture/extract';
import Sqlite from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { refusal, secret, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { testFolder } from './folder.js';

/** So many rows that no buffer between the daemon and a client holds them all. */
const many = 150_000;

let daemon: TestDaemon;
let ann: { authorization: string };

const everything = `
hfitVersion: 1
templateName: everything
exports:
  orders.sql: { type: table-data, data: { dbms: shop, table: orders, filter: "id > 0" } }
`;

beforeAll(async () => {
  daemon = await startTestDaemon({}, 20);
  ann = await joined(daemon);
});
afterAll(() => daemon.stop());

async function joined(on: TestDaemon): Promise<{ authorization: string }> {
  const { authorization } = await on.join('ann@example.com');
  for (const body of [template, everything]) {
    const headers = { ...authorization, 'content-type': 'application/yaml' };
    const response = await on.fetch('/packtmpl', { method: 'PUT', body, headers });
    expect(response.status).toBe(201);
  }
  return authorization;
}

function download(parameters: unknown, accept = 'application/sql', name = 'daily') {
  const headers = { ...ann, accept };
  return daemon.post(`/packdownload/${name}`, { parameters }, { headers });
}

async function audited(on: TestDaemon, last: number): Promise<Record<string, unknown>[]> {
  const { events } = await on.admin.ask<{ events: Record<string, unknown>[] }>(
    'GET',
    `/audit/last?last=${last + 50}`,
  );
  // That it is read stands there too.
  return events.filter(({ action }) => action !== 'read-audit').slice(-last);
}

describe('a package', () => {
  test('as a script loads into an empty database, masked and complete', async () => {
    const response = await download({ customer: 2 });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/sql');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await response.text();
    expect(script).not.toContain(secret);
    const target = new Sqlite(':memory:');
    // Lines with a dot are for the program sqlite3.
    target.exec(script.replace(/^\..*$/gm, ''));
    expect(target.prepare('SELECT id FROM orders').pluck().all()).toEqual([1, 6, 11, 16]);
    expect(target.prepare('SELECT id FROM customers').pluck().all()).toEqual([2]);
    expect(target.pragma('foreign_key_check')).toEqual([]);
  });

  test('as lines loads straight into a database', async () => {
    const response = await download({ customer: '3' }, 'application/x-ndjson');
    expect(response.headers.get('content-type')).toBe('application/x-ndjson');
    const target = await openDatabase('sqlite::memory:');
    const body = response.body as unknown as AsyncIterable<Uint8Array>;
    const report = await target.load(await readLines(body));
    expect(report).toMatchObject({
      tables: [
        { table: 'customers', rows: 1 },
        { table: 'orders', rows: 4 },
      ],
    });
    await target.close();
  });

  test.each(['application/gzip', '*/*', undefined])('as a file, for accept: %s', async (accept) => {
    const headers = { ...ann, ...(accept !== undefined && { accept }) };
    const response = await daemon.post('/packdownload/daily', { parameters: [4] }, { headers });
    expect(response.headers.get('content-type')).toBe('application/gzip');
    const [, name] =
      /^attachment; filename="(pkg-daily-\d{8}T\d{6})\.tar\.gz"$/.exec(
        response.headers.get('content-disposition') ?? '',
      ) ?? [];
    const file = join(testFolder(), 'package.tar.gz');
    writeFileSync(file, Buffer.from(await response.arrayBuffer()));
    const names = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' }).split('\n');
    expect(names).toContain(`${name}/orders.sql`);
    expect(names).toContain(`${name}/METADATA/input.json`);
    const contents = execFileSync('tar', ['-xzOf', file], { encoding: 'utf8' });
    expect(contents).not.toContain(secret);
  });

  test('as a file is signed for whom it was made', async () => {
    const response = await download({ customer: 4 }, 'application/gzip');
    const { publicKey } = await daemon.admin.ask<{ publicKey: string }>(
      'GET',
      '/signing/public-key',
    );
    const body = response.body as unknown as AsyncIterable<Uint8Array>;
    const report = await verifyPackage(body, { keys: [createPublicKey(publicKey)] });
    expect(report.checks.filter(({ passed }) => !passed)).toEqual([]);
    const policies = [{ file: 'policy.yaml', sha256: expect.any(String) }];
    expect(report.manifest).toMatchObject({ madeBy: 'ann@example.com', policies });
  });

  test('tells which columns were left out', async () => {
    const response = await download({ customer: 1 });
    const warnings = JSON.parse(decodeURIComponent(response.headers.get('hfit-warnings') ?? ''));
    await response.text();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain('note');
  });

  test('may be of a template without parameters, asked for without a body', async () => {
    const headers = { ...ann, accept: 'application/sql' };
    const response = await daemon.fetch('/packdownload/everything', { method: 'POST', headers });
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/COMMIT;\s*$/);
  });

  test.each([
    [{}, 'HFIT_PARAMETER_MISSING'],
    [[], 'HFIT_PARAMETER_MISSING'],
    [{ customer: 'two' }, 'HFIT_PARAMETER_TYPE'],
    [{ customer: true }, 'HFIT_PARAMETER_TYPE'],
    [{ customer: 1.5 }, 'HFIT_PARAMETER_TYPE'],
    [{ customer: '1 OR 1=1' }, 'HFIT_PARAMETER_TYPE'],
    [{ customer: 1, extra: 2 }, 'HFIT_PARAMETER_UNKNOWN'],
    [[1, 2], 'HFIT_PARAMETER_UNKNOWN'],
    [{ customer: 2 ** 53 }, 'HFIT_REQUEST_INVALID'],
    [{ customer: null }, 'HFIT_REQUEST_INVALID'],
    [{ customer: [1] }, 'HFIT_REQUEST_INVALID'],
    [{ customer: { id: 1 } }, 'HFIT_REQUEST_INVALID'],
    ['customer=1', 'HFIT_REQUEST_INVALID'],
  ])('for the parameters %j is refused', async (parameters, code) => {
    expect(await refusal(await download(parameters))).toEqual([400, code]);
  });

  test('is refused where it cannot be had', async () => {
    expect(await refusal(await download({}, 'text/html'))).toEqual([400, 'HFIT_FORMAT_UNKNOWN']);
    expect(await refusal(await download({}, '*/*', 'nothing'))).toEqual([
      404,
      'HFIT_TEMPLATE_UNKNOWN',
    ]);
    const body = await daemon.post('/packdownload/daily', { parameter: {} }, { headers: ann });
    expect(await refusal(body)).toEqual([400, 'HFIT_REQUEST_INVALID']);
    expect(await refusal(await daemon.post('/packdownload/daily', {}))).toEqual([
      401,
      'HFIT_TOKEN_MISSING',
    ]);
  });

  test('is written down before its first byte and after its last', async () => {
    const text = await (await download({ customer: 5 })).text();
    const events = await audited(daemon, 2);
    const common = {
      request: events[0]?.request,
      who: 'ann@example.com',
      action: 'package',
      target: 'daily',
    };
    const order = {
      parameters: { customer: 5 },
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      format: 'script',
      policy: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    expect(events).toEqual([
      { ...common, at: expect.any(String), outcome: 'started', details: order },
      {
        ...common,
        at: expect.any(String),
        outcome: 'ok',
        details: {
          rows: { customers: 1, orders: 4 },
          bytes: Buffer.byteLength(text),
          seconds: expect.any(Number),
          policy: order.policy,
        },
      },
    ]);
    const lines = readFileSync(join(daemon.dataDir, 'audit.log'), 'utf8').trimEnd().split('\n');
    expect(lines.slice(-3, -1).map((line) => JSON.parse(line))).toMatchObject(events);
  });

  test('that was refused is written down too', async () => {
    await download({ customer: 'two' });
    await download({ customer: 1 }, '*/*', 'nothing');
    expect(await audited(daemon, 2)).toMatchObject([
      { target: 'daily', outcome: 'failed', details: { code: 'HFIT_PARAMETER_TYPE' } },
      { target: 'nothing', outcome: 'failed', details: { code: 'HFIT_TEMPLATE_UNKNOWN' } },
    ]);
  });

  test('leaves no row and no parameter in the log', async () => {
    await (await download({ customer: '0000002' })).text();
    await download({ customer: 'hush' });
    expect(daemon.log()).toContain('HFIT_PARAMETER_TYPE');
    expect(daemon.log()).not.toMatch(new RegExp(`${secret}|0000002|hush`));
  });
});

/** Asks for all orders without reading the answer. */
async function begin(on: TestDaemon, headers: { authorization: string }) {
  const sent: ClientRequest = request(`${on.url}/packdownload/everything`, {
    method: 'POST',
    headers: { ...headers, accept: 'application/sql' },
    agent: false,
  });
  sent.end();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    sent.once('response', resolve);
    sent.once('error', reject);
  });
  response.on('error', () => {});
  return { response, leave: () => sent.destroy() };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

describe('a large package', () => {
  async function largeDaemon(packagesAtOnce = 4) {
    const large = await startTestDaemon({ packagesAtOnce }, many);
    onTestFinished(() => large.stop(0));
    return { large, headers: await joined(large) };
  }
  const running = async (on: TestDaemon) => {
    const { packages } = await on.admin.ask<{ packages: object }>('GET', '/status');
    return packages;
  };

  test('is not read further when its client has gone away', async () => {
    const { large, headers } = await largeDaemon();
    const { response, leave } = await begin(large, headers);
    expect(response.statusCode).toBe(200);
    leave();
    await vi.waitFor(async () => {
      expect(await running(large)).toEqual({ running: 0, waiting: 0 });
    });
    const [started, ended] = await audited(large, 2);
    expect(started).toMatchObject({ outcome: 'started' });
    expect(ended).toMatchObject({ outcome: 'aborted' });
    const { rows } = (ended as { details: { rows: { orders: number } } }).details;
    expect(rows.orders).toBeLessThan(many);
  });

  test('waits in line where others are built', async () => {
    const { large, headers } = await largeDaemon(1);
    const first = await begin(large, headers);
    const second = begin(large, headers);
    await vi.waitFor(async () => {
      expect(await running(large)).toEqual({ running: 1, waiting: 1 });
    });
    first.leave();
    expect(await bodyOf((await second).response)).toMatch(/COMMIT;\s*$/);
    expect(await running(large)).toEqual({ running: 0, waiting: 0 });
  });

  test('that fails in the middle cuts the connection', async () => {
    const { large, headers } = await largeDaemon();
    // The last pages of the table are no pages any more.
    const file = openSync(large.shop, 'r+');
    const { size } = fstatSync(file);
    writeSync(file, Buffer.alloc(65_536, 0xff), 0, 65_536, size - 4 * 65_536);
    closeSync(file);
    const { response } = await begin(large, headers);
    expect(response.statusCode).toBe(200);
    await expect(bodyOf(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await vi.waitFor(async () => {
      expect((await audited(large, 1))[0]).toMatchObject({ outcome: 'failed' });
    });
    expect(await running(large)).toEqual({ running: 0, waiting: 0 });
  });

  test('ends well when the daemon is stopped meanwhile', async () => {
    const { large, headers } = await largeDaemon();
    const { response } = await begin(large, headers);
    const stopped = large.stop(60);
    expect(await bodyOf(response)).toMatch(/COMMIT;\s*$/);
    await stopped;
    await expect(large.fetch('/health')).rejects.toThrow();
  });

  test('is cut when the time to end is over', async () => {
    const { large, headers } = await largeDaemon();
    const { response } = await begin(large, headers);
    await large.stop(0.1);
    await expect(bodyOf(response)).rejects.toMatchObject({ code: 'ECONNRESET' });
  });
});

describe('without a record', () => {
  test('there is no data', async () => {
    const blind = await startTestDaemon();
    const headers = await joined(blind);
    const store = new Sqlite(join(blind.dataDir, 'hfitd.db'));
    store.exec('DROP TABLE audit');
    store.close();
    const paths = ['/db/dbmss', '/db/shop/main/tables', '/packtmpls', '/packtmpl/daily'];
    for (const path of paths) {
      expect(await refusal(await blind.fetch(path, { headers }))).toEqual([
        503,
        'HFIT_AUDIT_FAILED',
      ]);
    }
    const wanted = blind.post('/packdownload/daily', { parameters: [1] }, { headers });
    expect(await refusal(await wanted)).toEqual([503, 'HFIT_AUDIT_FAILED']);
    const removed = blind.fetch('/packtmpl/daily', { method: 'DELETE', headers });
    expect(await refusal(await removed)).toEqual([503, 'HFIT_AUDIT_FAILED']);
    const left = new Sqlite(join(blind.dataDir, 'hfitd.db'), { readonly: true });
    expect(left.prepare('SELECT name FROM templates ORDER BY 1').pluck().all()).toEqual([
      'daily',
      'everything',
    ]);
    left.close();
    await blind.stop();
  });
});
