import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { begun, isWhole } from './begun.js';
import { makeShop, policy, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { makeFolder } from './folder.js';
import { askFor, jobOf, putTemplate } from './jobs.js';

/** So much that no buffer between the daemon and a client holds it all. */
const manyRows = 60_000;
const manyBytes = 65 * 1024 * 1024;

const everything = `
hfitVersion: 1
templateName: everything
exports:
  orders.sql: { type: table-data, data: { dbms: shop, table: orders } }
`;

const folder = makeFolder();
let daemon: TestDaemon;
let ann: { authorization: string };
let built: string;

beforeAll(async () => {
  const { url } = makeShop(folder, manyRows);
  const papers = join(folder, 'papers');
  mkdirSync(papers);
  writeFileSync(join(papers, 'large'), '');
  truncateSync(join(papers, 'large'), manyBytes);
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, `${policy.replace('shop', '"*"')}volumes: { papers: { "*": keep } }\n`);
  daemon = await startTestDaemon({
    ...{ policy: file, readerTimeout: 1000, packagesAtOnce: 1 },
    sources: { shop: { url }, narrow: { url, connections: 1 } },
    volumes: { papers: { path: papers } },
  });
  ann = (await daemon.join('ann@example.com')).authorization;
  for (const text of [everything, template]) await putTemplate(daemon, ann, text);
  const job = await askFor(daemon, ann, { template: 'everything', format: 'lines' });
  built = (await jobOf(daemon, ann, job.id, 'done')).id;
});
afterAll(async () => {
  await daemon.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

interface Event {
  readonly action: string;
  readonly outcome: string;
}

test('a client that takes nothing of its answer is cut off, and others have its place', async () => {
  const ways = {
    rows: '/db/narrow/main/table/orders/rows',
    package: '/packdownload/everything',
    'download-package': `/packages/${built}/content`,
    'download-file': '/files/papers/download?path=large',
  };
  const lines = { ...ann, accept: 'application/x-ndjson' };
  const stalled = await Promise.all(
    Object.entries(ways).map(([action, path]) =>
      begun(daemon.url + path, lines, action === 'package' ? 'POST' : 'GET'),
    ),
  );
  const read = async (path: string, headers: object = {}) => {
    const response = await daemon.fetch(path, { headers: { ...ann, ...headers } });
    expect(response.ok).toBe(true);
    return (await response.arrayBuffer()).byteLength;
  };
  // The first two wait for the one place that a stalled client has; the others for nobody.
  const [, script] = await Promise.all([
    read('/db/narrow/main/table/customers/rows'),
    daemon.post(
      '/packdownload/daily',
      { parameters: [1] },
      { headers: { ...ann, accept: 'application/sql' } },
    ),
    read('/db/shop/main/table/customers/rows'),
    read(ways['download-package'], { range: 'bytes=0-9' }),
    read(ways['download-file'], { range: 'bytes=0-9' }),
  ]);
  expect(await script.text()).toMatch(/COMMIT;\s*$/);
  await vi.waitFor(
    async () => {
      const { events } = await daemon.admin.ask<{ events: Event[] }>('GET', '/audit?limit=50');
      const cut = events.filter(({ outcome }) => outcome === 'aborted');
      expect(cut.map(({ action }) => action).sort()).toEqual(Object.keys(ways).sort());
    },
    { timeout: 20_000, interval: 50 },
  );
  for (const response of stalled) expect(await isWhole(response)).toBe(false);
});
