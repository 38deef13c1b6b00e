import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestDaemon, type TestDaemon, template } from './daemon.js';
import { askFor, jobOf, putTemplate } from './jobs.js';

const many = 20_000;
let daemon: TestDaemon;
let ann: { authorization: string };
let bob: { authorization: string };

const everything = template
  .replace('templateName: daily', 'templateName: everything')
  .replace(/^parameters:\n.*\n/m, '')
  .replace(', filter: "customer_id = ${customer}"', '');

beforeAll(async () => {
  daemon = await startTestDaemon({ jobs: { atOnce: 1 } }, many);
  ann = (await daemon.join('ann@example.com')).authorization;
  bob = (await daemon.join('bob@example.com')).authorization;
  for (const user of [ann, bob]) await putTemplate(daemon, user, everything);
});
afterAll(() => daemon.stop(0));

const all = { template: 'everything', format: 'lines' };

async function audited(action: string) {
  const path = '/audit?limit=50';
  const { events } = await daemon.admin.ask<{ events: Record<string, unknown>[] }>('GET', path);
  return events.filter((it) => it.action === action);
}

describe('a job that runs', () => {
  test('is joined by who asks for the same', async () => {
    const [first, second, other] = await Promise.all([
      askFor(daemon, ann, all),
      askFor(daemon, ann, all),
      askFor(daemon, bob, all),
    ]);
    const done = await jobOf(daemon, ann, first.id, 'done');
    const same = await jobOf(daemon, ann, second.id, 'done');
    const bobs = await jobOf(daemon, bob, other.id, 'done');
    expect([same.digest, bobs.digest]).toEqual([done.digest, done.digest]);
    expect(done.progress?.rows).toBe(many + 5);
    const builds = (await audited('build-package')).filter(({ outcome }) => outcome === 'started');
    expect(builds).toHaveLength(1);
  });

  test('ends when it is cancelled, and leaves nothing', async () => {
    const running = await askFor(daemon, ann, { ...all, fresh: true });
    const waiting = await askFor(daemon, bob, { ...all, fresh: true });
    for (const [job, user] of [
      [running, ann],
      [waiting, bob],
    ] as const) {
      const path = `/packages/${job.id}`;
      const answer = await daemon.fetch(path, { method: 'DELETE', headers: user });
      expect(answer.status).toBe(202);
      expect(await jobOf(daemon, user, job.id, 'cancelled')).toMatchObject({ size: null });
    }
  });
});

test('a download whose client has gone is recorded as such', async () => {
  const job = await jobOf(daemon, ann, (await askFor(daemon, ann, all)).id, 'done');
  const sent = request(`${daemon.url}/packages/${job.id}/content`, { headers: ann, agent: false });
  sent.on('error', () => {});
  sent.end();
  await new Promise((resolve) => sent.once('response', resolve));
  sent.destroy();
  await vi.waitFor(
    async () => {
      const last = (await audited('download-package')).at(-1);
      expect(last).toMatchObject({ target: job.id, outcome: 'aborted' });
    },
    { timeout: 30_000, interval: 50 },
  );
});
