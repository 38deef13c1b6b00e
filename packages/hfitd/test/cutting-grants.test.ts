import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { askFor, jobOf, putTemplate } from './jobs.js';

type Joined = Awaited<ReturnType<TestDaemon['join']>>;

let daemon: TestDaemon;
let ann: Joined;

beforeAll(async () => {
  daemon = await startTestDaemon({ access: 'grants' }, 250);
  ann = await daemon.join('ann@example.com');
  await putTemplate(daemon, ann.authorization, template);
  await grant({});
});
afterAll(() => daemon.stop());

const grant = (more: object) =>
  daemon.admin.ask<{ id: string }>('POST', '/grants', { to: ann.email, source: 'shop', ...more });
/** Gives another grant for the length of a test. */
async function granted(more: object, work: () => Promise<void>): Promise<void> {
  const { id } = await grant(more);
  await work().finally(() => daemon.admin.ask('DELETE', `/grants/${id}`));
}
const post = (path: string, body: object) =>
  daemon.post(path, body, {
    headers: { ...ann.authorization, accept: 'application/x-ndjson' },
  });
const rows = async (query: string) => {
  const path = `/db/shop/main/table/orders/rows?${query}`;
  return daemon.fetch(path, { headers: ann.authorization });
};

test('a grant that is out of its hours denies and limits all the same, in packages too', async () => {
  // Closed now, whatever time it is: its one minute of the day is half a day away.
  const at = (minutes: number) =>
    new Date(Date.now() + (720 + minutes) * 60_000).toISOString().slice(11, 16);
  const hours = { from: at(0), to: at(1), zone: 'UTC' };
  const download = () => post('/packdownload/daily', { parameters: { customer: 2 } });
  // Rows of the customer, of whom id, email and name leave, stand before those of orders.
  const customer = async () => {
    const lines = (await (await download()).text()).trimEnd().split('\n');
    const rows = lines.map((it) => JSON.parse(it)).filter(Array.isArray) as unknown[][];
    return rows[0]?.length;
  };
  expect(await customer()).toBe(3);
  await granted({ hours, deny: ['name'] }, async () => {
    expect(await customer()).toBe(2);
  });
  await granted({ hours, limits: { rows: 2 } }, async () => {
    expect((await refusal(await download()))[1]).toBe('HFIT_BUDGET_ROWS');
  });
});

describe('a limit of bytes', () => {
  test('ends each page before it, and no row is lost', async () => {
    await granted({ limits: { bytes: '2 KB' } }, async () => {
      const seen: number[] = [];
      for (let after = ''; ; ) {
        const response = await rows(`limit=100&filter=id<50&count=true${after}`);
        expect(response.status).toBe(200);
        const text = await response.text();
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(2000);
        const page = JSON.parse(text) as { rows: { id: number }[]; next: string | null };
        seen.push(...page.rows.map(({ id }) => id));
        if (page.next === null) break;
        after = `&after=${page.next}`;
      }
      expect(seen).toEqual(Array.from({ length: 49 }, (_, index) => index + 1));
    });
  });

  test('refuses a page that it lets have no row', async () => {
    await granted({ limits: { bytes: '100 B' } }, async () => {
      expect(await refusal(await rows('limit=1'))).toEqual([403, 'HFIT_BYTES_LIMIT']);
    });
  });
});

test('a job that is tried again counts as a package of the day', async () => {
  await granted({ limits: { packagesPerDay: 2 } }, async () => {
    const headers = ann.authorization;
    const { id } = await askFor(daemon, headers, { template: 'daily', parameters: [99] });
    await jobOf(daemon, headers, id, 'failed');
    expect((await post(`/packages/${id}/retry`, {})).status).toBe(202);
    await jobOf(daemon, headers, id, 'failed');
    const third = await post(`/packages/${id}/retry`, {});
    expect(await refusal(third)).toEqual([429, 'HFIT_PACKAGES_SPENT']);
  });
});
