import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';

type Joined = Awaited<ReturnType<TestDaemon['join']>>;

let daemon: TestDaemon;
/** An owner of the team, a member, and somebody else. */
let olga: Joined;
let mia: Joined;
let eve: Joined;

beforeAll(async () => {
  daemon = await startTestDaemon();
  [olga, mia, eve] = (await Promise.all(
    ['olga', 'mia', 'eve'].map((name) => daemon.join(`${name}@example.com`)),
  )) as [Joined, Joined, Joined];
  const team = { owners: ['olga@example.com'], members: ['mia@example.com'] };
  await daemon.admin.ask('PUT', '/teams/backend', team);
});
afterAll(() => daemon.stop());

const ask = (who: Joined, path: string, method = 'GET') =>
  daemon.fetch(path, { method, headers: who.authorization });
const send = (who: Joined, method: string, text: string, team = 'backend') =>
  daemon.fetch(`/packtmpl?team=${team}`, {
    method,
    body: text,
    headers: { ...who.authorization, 'content-type': 'application/yaml' },
  });
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const approve = (who: Joined, name: string, text: string) =>
  daemon.post(
    `/packtmpl/${name}/approval`,
    { digest: digestOf(text) },
    { headers: who.authorization },
  );
const run = (who: Joined, name: string) =>
  daemon.post(
    `/packdownload/${name}`,
    { parameters: { customer: 2 } },
    { headers: { ...who.authorization, accept: 'application/sql' } },
  );
const named = (name: string) => template.replace('templateName: daily', `templateName: ${name}`);
const unknown = [404, 'HFIT_TEMPLATE_UNKNOWN'];

describe('a template of a team', () => {
  test('is read and changed by its members, and by nobody else', async () => {
    const created = await send(mia, 'PUT', named('one'));
    expect([created.status, await created.json()]).toEqual([201, { name: 'backend:one' }]);
    expect(await refusal(await send(olga, 'PUT', named('one')))).toEqual([
      409,
      'HFIT_TEMPLATE_EXISTS',
    ]);
    expect((await send(olga, 'POST', `${named('one')}# more`)).status).toBe(200);
    expect(await (await ask(mia, '/packtmpl/backend:one')).text()).toContain('# more');
    const listed = await (await ask(mia, '/packtmpls')).json();
    expect(listed).toMatchObject({ templates: [{ name: 'backend:one', approved: false }] });
    expect(await (await ask(eve, '/packtmpls')).json()).toEqual({ templates: [] });
    for (const response of [
      await ask(eve, '/packtmpl/backend:one'),
      await ask(eve, '/packtmpl/backend:one', 'DELETE'),
      await ask(eve, '/packtmpl/backend:one/approval', 'DELETE'),
      await approve(eve, 'backend:one', named('one')),
      await send(eve, 'PUT', named('two')),
      await send(eve, 'POST', named('one')),
      await send(mia, 'PUT', named('two'), 'nobody'),
      await run(eve, 'backend:one'),
      await ask(mia, '/packtmpl/one'),
    ]) {
      expect(await refusal(response)).toEqual(unknown);
    }
    expect((await ask(mia, '/packtmpl/backend:one', 'DELETE')).status).toBe(204);
  });

  test('runs when an owner has approved its text, and after a change when that is approved', async () => {
    const text = named('two');
    await send(mia, 'PUT', text);
    const unapproved = [403, 'HFIT_TEMPLATE_UNAPPROVED'];
    for (const who of [mia, olga]) {
      expect(await refusal(await run(who, 'backend:two'))).toEqual(unapproved);
    }
    expect(await refusal(await approve(mia, 'backend:two', text))).toEqual([
      403,
      'HFIT_APPROVAL_OWNER',
    ]);
    expect(await refusal(await approve(olga, 'backend:two', `${text}#`))).toEqual([
      409,
      'HFIT_APPROVAL_STALE',
    ]);
    expect((await approve(olga, 'backend:two', text)).status).toBe(204);
    expect((await run(mia, 'backend:two')).status).toBe(200);
    await send(mia, 'POST', `${text}# changed`);
    expect(await refusal(await run(mia, 'backend:two'))).toEqual(unapproved);
    // The text that was approved is back, and so is its approval.
    await send(mia, 'POST', text);
    expect((await run(mia, 'backend:two')).status).toBe(200);
    expect((await ask(olga, '/packtmpl/backend:two/approval', 'DELETE')).status).toBe(204);
    expect(await refusal(await run(mia, 'backend:two'))).toEqual(unapproved);
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=50');
    expect(events).toContainEqual(
      expect.objectContaining({
        who: 'olga@example.com',
        action: 'approve-template',
        target: 'backend:two',
        outcome: 'ok',
      }),
    );
  });

  test('is built in the background as it was approved, and not after', async () => {
    const text = named('three');
    await send(mia, 'PUT', text);
    const job = () =>
      daemon.post(
        '/packages',
        { template: 'backend:three', parameters: { customer: 3 }, fresh: true },
        { headers: mia.authorization },
      );
    expect(await refusal(await job())).toEqual([403, 'HFIT_TEMPLATE_UNAPPROVED']);
    await approve(olga, 'backend:three', text);
    const asked = await job();
    expect(asked.status).toBe(202);
    const { id } = (await asked.json()) as { id: string };
    await expect
      .poll(async () => (await ask(mia, `/packages/${id}`)).json(), { timeout: 30_000 })
      .toMatchObject({ state: 'done' });
    // A member sees neither the job nor the package of another one.
    for (const rest of ['', '/content']) {
      const response = await ask(olga, `/packages/${id}${rest}`);
      expect((await refusal(response))[0]).toBe(404);
    }
  });

  test('runs without an approval where its team asks for none', async () => {
    await daemon.admin.ask('PUT', '/teams/free', { members: ['mia@example.com'], approval: false });
    await send(mia, 'PUT', named('four'), 'free');
    expect((await run(mia, 'free:four')).status).toBe(200);
    await daemon.admin.ask('DELETE', '/teams/free');
    expect(await refusal(await run(mia, 'free:four'))).toEqual(unknown);
  });
});

// The last: from here on, what is not granted is not there.
describe('a grant for approved templates alone', () => {
  test('holds in a package of a text that an owner has approved, and nowhere else', async () => {
    const text = named('five');
    await daemon.admin.ask('POST', '/grants', {
      to: 'team:backend',
      source: 'shop',
      approved: true,
    });
    await daemon.admin.ask('PUT', '/teams/backend', {
      owners: ['olga@example.com'],
      members: ['mia@example.com'],
      approval: false,
    });
    await send(mia, 'PUT', text);
    expect(await refusal(await run(mia, 'backend:five'))).toEqual(unknown);
    await approve(olga, 'backend:five', text);
    expect((await run(mia, 'backend:five')).status).toBe(200);
    expect(await (await ask(mia, '/db/dbmss')).json()).toEqual({ dbmss: [] });
    await daemon.fetch('/packtmpl', {
      method: 'PUT',
      body: text,
      headers: { ...mia.authorization, 'content-type': 'application/yaml' },
    });
    expect(await refusal(await run(mia, 'five'))).toEqual(unknown);
  });
});
