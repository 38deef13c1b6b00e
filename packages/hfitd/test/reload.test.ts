import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { HfitError } from '@hot-fixture/errors';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AuditRecord } from '../src/audit/event.js';
import { reload } from '../src/cli/commands.js';
import type { Settings } from '../src/index.js';
import { makeShop, policy, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { makeFolder, testFolder } from './folder.js';
import { askFor, jobOf, putTemplate } from './jobs.js';
import { thrown } from './thrown.js';

/** So many that no buffer between a daemon and a client holds them all. */
const many = 60_000;

describe('a configuration that is read again', () => {
  const folder = makeFolder();
  const file = join(folder, 'policy.yaml');
  let found: (settings: Settings) => Settings;
  let daemon: TestDaemon;
  let ann: { authorization: string };
  beforeAll(async () => {
    writeFileSync(file, policy);
    found = (it) => it;
    daemon = await startTestDaemon({ policy: file }, many, (it) => found(it));
    ann = (await daemon.join('ann@example.com')).authorization;
  });
  afterAll(() => daemon.stop(0));

  const customers = async (source = 'shop') => {
    const answer = await daemon.fetch(`/db/${source}/main/table/customers/rows?limit=1`, {
      headers: ann,
    });
    const { rows = [], code } = (await answer.json()) as { rows?: object[]; code?: string };
    return {
      columns: Object.keys(rows[0] ?? {}),
      code,
      limit: answer.headers.get('ratelimit-limit'),
    };
  };
  const lastOf = async (action: string) => {
    const answer = await daemon.admin.ask<{ events: AuditRecord[] }>('GET', '/audit/last?last=50');
    return answer.events.findLast((it) => it.action === action);
  };

  test('brings another policy, other sources and limits, and names what needs a new start', async () => {
    expect(await customers()).toMatchObject({ columns: ['id', 'email', 'name'], limit: null });
    const before = (await lastOf('rows'))?.details?.policy;
    writeFileSync(file, policy.replace(', name: personName', '').replace('shop:', '"*":'));
    const more = makeShop(testFolder());
    found = (settings) => ({
      ...settings,
      sources: { ...settings.sources, more: { url: more.url, connections: 7 } },
      limits: { ...settings.limits, requestsPerUser: 50 },
      jobs: { keep: 60 },
      trustProxy: ['127.0.0.1'],
      packagesAtOnce: 9,
    });
    const { text: told, document } = await reload(daemon.admin);
    expect(document).toMatchObject({
      changed: ['policy', 'sources.more', 'limits.requestsPerUser'],
      restart: expect.arrayContaining(['packagesAtOnce', 'jobs.keep', 'trustProxy']),
    });
    expect(told).toMatch(/^in force now: policy, .*\nneeds a new start: (\w[\w.]+(, )?){3}$/);
    for (const source of ['shop', 'more']) {
      expect(await customers(source)).toMatchObject({ columns: ['id', 'email'], limit: '50' });
    }
    const after = (await lastOf('rows'))?.details?.policy;
    expect(after).not.toBe(before);
    expect(await lastOf('reload')).toMatchObject({
      who: '(admin)',
      outcome: 'ok',
      details: { policy: after, changed: ['policy', 'sources.more', 'limits.requestsPerUser'] },
    });
    expect(daemon.log()).toContain('these settings need a new start');
    expect((await daemon.reload()).changed).toEqual([]);
  });

  test('leaves all as it was where anything of it is wrong', async () => {
    const now = await customers();
    const good = found;
    const wrong: [string, (settings: Settings) => Settings][] = [
      [
        'HFIT_CONFIG_INVALID',
        () => {
          throw new HfitError('HFIT_CONFIG_INVALID', { reason: 'of a test' });
        },
      ],
      ['HFIT_CONFIG_INVALID', (it) => ({ ...it, volumes: { '../x': { path: '/' } } })],
      ['HFIT_FILE_UNREADABLE', (it) => ({ ...it, policy: '/nowhere/policy.yaml' })],
      [
        'HFIT_DATABASE_URL',
        (it) => ({ ...it, sources: { more: { url: 'nonsense://me:hush@x' } } }),
      ],
    ];
    for (const [code, change] of wrong) {
      found = (settings) => change({ ...good(settings), limits: { requestsPerUser: 1 } });
      await thrown(code as 'HFIT_CONFIG_INVALID', () => daemon.reload());
      await expect(reload(daemon.admin)).rejects.toMatchObject({ code });
      expect(await lastOf('reload')).toMatchObject({ outcome: 'failed', details: { code } });
      expect(await customers()).toEqual(now);
    }
    found = good;
    writeFileSync(file, 'policyVersion: 1\ndatabases: { shop: { customers: { id: nonsense } } }\n');
    await expect(daemon.reload()).rejects.toThrow();
    expect(await customers()).toEqual(now);
    expect(daemon.log()).toContain('the configuration stays as it was');
    expect(daemon.log()).not.toContain('hush');
    writeFileSync(file, policy);
    await daemon.reload();
    expect((await customers()).columns).toEqual(['id', 'email', 'name']);
  });

  test('gives nothing again that was built of another database of the same name', async () => {
    found = (it) => it;
    await daemon.reload();
    await putTemplate(daemon, { authorization: ann.authorization }, template);
    const ask = { template: 'daily', parameters: { customer: 3 }, format: 'lines' };
    const built = async () => {
      const { id, from_cache } = await askFor(daemon, ann, ask);
      await jobOf(daemon, ann, id, 'done');
      const content = await daemon.fetch(`/packages/${id}/content`, { headers: ann });
      return { from_cache, lines: (await content.text()).trimEnd().split('\n').length };
    };
    const first = await built();
    expect(await built()).toEqual({ ...first, from_cache: true });
    const other = makeShop(testFolder(), 5);
    found = (settings) => ({ ...settings, sources: { shop: { url: other.url } } });
    expect((await daemon.reload()).changed).toEqual(['sources.shop']);
    const second = await built();
    expect(second.from_cache).toBe(false);
    expect(second.lines).toBeLessThan(first.lines);
    found = (it) => it;
    await daemon.reload();
    expect(await built()).toEqual({ ...first, from_cache: true });
  });

  test('lets what was begun go on as it was begun', async () => {
    const headers = { ...ann, accept: 'application/x-ndjson' };
    const asked = get(`${daemon.url}/db/shop/main/table/orders/rows`, { headers, agent: false });
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    const begunWith = (await lastOf('rows'))?.details?.policy;
    writeFileSync(file, 'policyVersion: 1\ndatabases: {}\n');
    found = (settings) => ({ ...settings, sources: {} });
    expect((await daemon.reload()).changed).toContain('sources.shop');
    expect((await customers()).code).toBe('HFIT_SOURCE_UNKNOWN');
    const lines = (await text(response)).trimEnd().split('\n');
    expect(lines).toHaveLength(many);
    expect(JSON.parse(lines.at(-1) as string)).toMatchObject({ id: many });
    const ended = await lastOf('rows');
    expect([ended?.outcome, ended?.details?.policy]).toEqual(['ok', begunWith]);
  });
});
