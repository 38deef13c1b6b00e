import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../../test/services/index.js';
import { policy, refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { makeFolder } from './folder.js';
import { putTemplate } from './jobs.js';

/** What one daemon answers at its edges, wherever it keeps its own things. */
describe.each(['SQLite', 'PostgreSQL'])('a daemon whose store is %s', (kind) => {
  const isThere = kind === 'SQLite' || services.postgresql;
  let store: FreshDatabase | undefined;
  let daemon: TestDaemon;
  let ann: { authorization: string };
  const folder = makeFolder();

  beforeAll(async () => {
    if (!isThere) return;
    if (kind === 'PostgreSQL') store = await freshPostgresql();
    mkdirSync(join(folder, 'papers'));
    writeFileSync(join(folder, 'papers', 'a.txt'), 'one');
    writeFileSync(join(folder, 'policy.yaml'), `${policy}volumes: { papers: { "**": keep } }\n`);
    daemon = await startTestDaemon({
      ...(store && { store: store.url }),
      policy: join(folder, 'policy.yaml'),
      volumes: { papers: { path: join(folder, 'papers') } },
    });
    ann = (await daemon.join('ann@example.com')).authorization;
    await putTemplate(daemon, ann, template);
  });
  afterAll(async () => {
    await daemon?.stop();
    await store?.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.runIf(isThere)('lets one of many changes win that saw the same template', async () => {
    const shown = await daemon.fetch('/packtmpl/daily', { headers: ann });
    const etag = shown.headers.get('etag') as string;
    const headers = { ...ann, 'content-type': 'application/yaml', 'if-match': etag };
    const change = (i: number) => {
      const body = template.replace('Orders of', `Orders ${i} of`);
      return daemon.fetch('/packtmpl', { method: 'POST', headers, body });
    };
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => change(i)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(7).fill(412)]);
    const gone = await daemon.fetch('/packtmpl/daily', { method: 'DELETE', headers });
    expect(await refusal(gone)).toEqual([412, 'HFIT_CHANGED_MEANWHILE']);
  });

  // The last: from the first grant on, what is not granted is not there.
  test.runIf(isThere)('tells no digest of a file out of hours', async () => {
    const day = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'][(new Date().getUTCDay() + 3) % 7];
    const hours = { days: day, from: '00:00', to: '01:00', zone: 'UTC' };
    const asked = { method: 'HEAD', headers: ann };
    const before = await daemon.fetch('/files/papers/a.txt', asked);
    expect(before.headers.get('repr-digest')).toMatch(/^sha-256=/);
    await daemon.admin.ask('POST', '/grants', { to: 'ann@example.com', volume: 'papers', hours });
    const closed = await daemon.fetch('/files/papers/a.txt', asked);
    expect([closed.status, closed.headers.get('repr-digest')]).toEqual([403, null]);
    expect((await daemon.fetch('/files/papers/list', { headers: ann })).status).toBe(200);
  });
});
