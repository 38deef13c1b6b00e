import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policy, refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { makeFolder } from './folder.js';
import { askFor, jobOf } from './jobs.js';

type Joined = Awaited<ReturnType<TestDaemon['join']>>;

const file = join(makeFolder(), 'policy.yaml');
const team = (members: string[], approval: boolean) =>
  daemon.admin.ask('PUT', '/teams/backend', { owners: ['olga@example.com'], members, approval });
const everybody = ['mia@example.com'];
const daily = { template: 'backend:daily', format: 'script', parameters: { customer: 2 } };
let daemon: TestDaemon;
let olga: Joined;
let mia: Joined;

beforeAll(async () => {
  writeFileSync(file, policy);
  daemon = await startTestDaemon({ policy: file, access: 'grants' });
  [olga, mia] = (await Promise.all(
    ['olga', 'mia'].map((name) => daemon.join(`${name}@example.com`)),
  )) as [Joined, Joined];
  await team(everybody, true);
  const headers = { ...mia.authorization, 'content-type': 'application/yaml' };
  await daemon.fetch('/packtmpl?team=backend', { method: 'PUT', body: template, headers });
  await approve();
  const grant = { to: 'team:backend', source: 'shop', approved: true };
  await daemon.admin.ask('POST', '/grants', grant);
});
afterAll(() => daemon.stop());

const path = '/packtmpl/backend:daily/approval';
const approve = () =>
  daemon.post(
    path,
    { digest: createHash('sha256').update(template).digest('hex') },
    { headers: olga.authorization },
  );
const content = (id: string) =>
  daemon.fetch(`/packages/${id}/content`, { headers: mia.authorization });
const build = async () => {
  const { id } = await askFor(daemon, mia.authorization, daily);
  return jobOf(daemon, mia.authorization, id, 'done');
};

describe('a package that was built', () => {
  test('under a grant for approved templates is downloaded, also by the next who asks', async () => {
    const { id } = await build();
    expect((await content(id)).status).toBe(200);
    const again = await build();
    expect(again).toMatchObject({ from_cache: true });
    expect((await content(again.id)).status).toBe(200);
  });

  test('is given out for as long as its template could be run, and no longer', async () => {
    // Also where it needs no approval, so that the template alone decides.
    const grant = { to: 'mia@example.com', source: 'shop' };
    const { id: granted } = await daemon.admin.ask<{ id: string }>('POST', '/grants', grant);
    const { id } = await build();
    await daemon.fetch(path, { method: 'DELETE', headers: olga.authorization });
    expect(await refusal(await content(id))).toEqual([403, 'HFIT_TEMPLATE_UNAPPROVED']);
    await approve();
    expect((await content(id)).status).toBe(200);
    await team([], true);
    expect(await refusal(await content(id))).toEqual([404, 'HFIT_TEMPLATE_UNKNOWN']);
    await team(everybody, true);
    await daemon.admin.ask('DELETE', `/grants/${granted}`);
  });

  test('before the policy was changed is not given out, and is built anew', async () => {
    const { id } = await build();
    writeFileSync(file, policy.replace(', memo: keep', ', memo: deny'));
    await daemon.reload();
    expect(await refusal(await content(id))).toEqual([410, 'HFIT_JOB_POLICY']);
    const denied = await askFor(daemon, mia.authorization, daily);
    expect(denied).toMatchObject({ from_cache: false });
    writeFileSync(file, policy);
    await daemon.reload();
    expect((await content(id)).status).toBe(200);
  });
});
