import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openStore } from '../src/store/open.js';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { askFor, jobOf, putTemplate } from './jobs.js';

let daemon: TestDaemon;
let ann: { authorization: string };
let bob: { authorization: string };

beforeAll(async () => {
  daemon = await startTestDaemon();
  ann = (await daemon.join('ann@example.com')).authorization;
  bob = (await daemon.join('bob@example.com')).authorization;
  // What its schedule has built serves all the same.
  await putTemplate(daemon, ann, template.replace('parameters:', 'maxAge: 0s\nparameters:'));
});
afterAll(() => daemon.stop());

const nightly = { template: 'daily', parameters: { customer: 1 }, cron: '0 3 * * *' };

function put(name: string, body: object, headers = ann) {
  return daemon.fetch(`/schedules/${name}`, {
    method: 'PUT',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

async function get(name: string): Promise<Record<string, string>> {
  return (await daemon.fetch(`/schedules/${name}`, { headers: ann })).json() as never;
}

/** Lets the time of a schedule come. */
async function comes(name: string): Promise<string> {
  const before = (await get(name)).last_job;
  const store = await openStore(daemon.dataDir);
  const due = { next_at: Date.now() - 1000 };
  await store.updateTable('schedules').set(due).where('name', '=', name).execute();
  await store.destroy();
  return vi.waitUntil(
    async () => {
      const { last_job } = await get(name);
      return last_job !== before && last_job;
    },
    { timeout: 30_000, interval: 50 },
  ) as Promise<string>;
}

describe('a schedule', () => {
  test('builds a package when its time comes, which serves until the next', async () => {
    expect((await put('nightly', { ...nightly, zone: 'Europe/Rome' })).status).toBe(200);
    const id = await comes('nightly');
    const job = await jobOf(daemon, ann, id, 'done');
    expect(job).toMatchObject({ schedule: 'nightly', from_cache: false });
    expect(Date.parse((await get('nightly')).next_at ?? '')).toBeGreaterThan(Date.now());
    const asked = { template: 'daily', parameters: { customer: 1 } };
    const morning = await askFor(daemon, ann, asked);
    expect(morning).toMatchObject({ state: 'done', from_cache: true, digest: job.digest });
    const young = await askFor(daemon, ann, { ...asked, max_age: 0 });
    expect(young.from_cache).toBe(false);
    await jobOf(daemon, ann, young.id, 'done');
    // Each time anew, however young the last one is.
    const again = await jobOf(daemon, ann, await comes('nightly'), 'done');
    expect(again.from_cache).toBe(false);
  });

  test('is changed, listed and deleted by its user alone', async () => {
    await put('mine', nightly);
    const changed = await put('mine', { ...nightly, cron: '15 4 * * mon', format: 'lines' });
    expect(await changed.json()).toMatchObject({ cron: '15 4 * * mon', zone: 'UTC' });
    const list = async (headers: object) =>
      (await daemon.fetch('/schedules', { headers: { ...headers } })).json();
    expect(await list(ann)).toMatchObject({
      schedules: expect.arrayContaining([expect.objectContaining({ name: 'mine' })]),
    });
    expect(await list(bob)).toEqual({ schedules: [] });
    for (const method of ['GET', 'DELETE']) {
      const others = await daemon.fetch('/schedules/mine', { method, headers: bob });
      expect(await refusal(others)).toEqual([404, 'HFIT_SCHEDULE_UNKNOWN']);
    }
    const removed = await daemon.fetch('/schedules/mine', { method: 'DELETE', headers: ann });
    expect(removed.status).toBe(204);
    const gone = await daemon.fetch('/schedules/mine', { headers: ann });
    expect(await refusal(gone)).toEqual([404, 'HFIT_SCHEDULE_UNKNOWN']);
  });

  test.each([
    [{ cron: 'often' }, 400, 'HFIT_SCHEDULE_INVALID'],
    [{ zone: 'Mars/Olympus' }, 400, 'HFIT_SCHEDULE_INVALID'],
    [{ template: 'nothing' }, 404, 'HFIT_TEMPLATE_UNKNOWN'],
    [{ minute: 5 }, 400, 'HFIT_REQUEST_INVALID'],
  ])('with %j is refused', async (change, status, code) => {
    expect(await refusal(await put('wrong', { ...nightly, ...change }))).toEqual([status, code]);
  });

  test('whose template is gone leaves a record', async () => {
    await put('lost', nightly);
    await daemon.fetch('/packtmpl/daily', { method: 'DELETE', headers: ann });
    const store = await openStore(daemon.dataDir);
    await store.updateTable('schedules').set({ next_at: 1 }).where('name', '=', 'lost').execute();
    await store.destroy();
    await vi.waitFor(
      async () => {
        const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit?limit=3');
        expect(events).toContainEqual(
          expect.objectContaining({
            ...{ action: 'run-schedule', target: 'lost', outcome: 'failed' },
            details: expect.objectContaining({ code: 'HFIT_TEMPLATE_UNKNOWN' }),
          }),
        );
      },
      { timeout: 30_000, interval: 50 },
    );
  });
});
