import { afterAll, beforeAll, expect, test } from 'vitest';
import { begun } from './begun.js';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { askFor, putTemplate } from './jobs.js';

/** So many that no buffer between the daemon and a client holds them all. */
const many = 30_000;

type Joined = Awaited<ReturnType<TestDaemon['join']>>;

let daemon: TestDaemon;
let ann: Joined;
let bob: Joined;

beforeAll(async () => {
  // Nobody builds: what is asked for waits.
  daemon = await startTestDaemon({ jobs: { atOnce: 0, perUser: 2 } }, many);
  ann = await daemon.join('ann@example.com');
  bob = await daemon.join('bob@example.com');
  for (const { authorization } of [ann, bob]) await putTemplate(daemon, authorization, template);
});
afterAll(() => daemon.stop(0));

test('one user has half of the connections of a source for streams, and others find one', async () => {
  const path = '/db/SHOP/main/table/orders/rows';
  const headers = { ...ann.authorization, accept: 'application/x-ndjson' };
  const stalled = [
    await begun(daemon.url + path, headers),
    await begun(daemon.url + path.toLowerCase(), headers),
  ];
  const third = await daemon.fetch(path, { headers });
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refusal(third)).toEqual([429, 'HFIT_STREAMS_TAKEN']);
  const bobs = await begun(daemon.url + path, { ...headers, ...bob.authorization });
  for (const response of [...stalled, bobs]) response.destroy();
  // What has ended is given back; so is what never began.
  const read = async (filter: string) =>
    (await daemon.fetch(`${path}?filter=${filter}`, { headers })).status;
  await expect.poll(() => read('id%3C3'), { timeout: 20_000 }).toBe(200);
  for (let time = 0; time < 3; time++) expect(await read('nothing%3D1')).toBe(404);
  expect(await read('id%3C3')).toBe(200);
});

test('one user has so many jobs that have not ended, and others have theirs', async () => {
  const ask = (customer: number) => ({ template: 'daily', parameters: { customer } });
  const { id } = await askFor(daemon, ann.authorization, ask(1));
  await askFor(daemon, ann.authorization, ask(2));
  const headers = ann.authorization;
  const third = await daemon.post('/packages', ask(3), { headers });
  expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refusal(third)).toEqual([429, 'HFIT_JOBS_WAITING']);
  // The same again is the job that waits already.
  expect((await askFor(daemon, headers, ask(1))).id).toBe(id);
  await askFor(daemon, bob.authorization, ask(3));
  await daemon.fetch(`/packages/${id}`, { method: 'DELETE', headers });
  await askFor(daemon, headers, ask(3));
  const retried = await daemon.post(`/packages/${id}/retry`, {}, { headers });
  expect(await refusal(retried)).toEqual([429, 'HFIT_JOBS_WAITING']);
});
