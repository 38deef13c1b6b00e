import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type FreshDatabase, freshPostgresql, services } from '../../../test/services/index.js';
import { adminName } from '../src/audit/event.js';
import { whoDownloaded } from '../src/cli/audit.js';
import { policy, refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { makeFolder } from './folder.js';
import { askFor, type JobDocument, jobOf, putTemplate } from './jobs.js';

/** The answer to bytes that no client of HTTP would send. */
async function sentRaw(url: string, text: string): Promise<Response> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => {});
  socket.write(text);
  let answer = '';
  for await (const piece of socket) answer += piece;
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]);
  return new Response(body, { status: Number(first.split(' ')[1]), headers });
}

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
      limits: { loginsPerAddress: 20, loginsPerName: 0, requestsPerUser: 0 },
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

  test.runIf(isThere)('refuses a NUL, wherever it stands', async () => {
    const signed = { challenge: 'a'.repeat(20), signature: 'AAAA' };
    for (const answer of [
      await daemon.post('/auth/authenticate', { username: 'a\0b@example.com', ...signed }),
      await daemon.fetch('/packages/%00', { headers: ann }),
      await daemon.fetch('/packages?limit=%00', { headers: ann }),
      await daemon.post('/packages', { template: 'daily', 'a\0': 1 }, { headers: ann }),
    ]) {
      expect(await refusal(answer)).toEqual([400, 'HFIT_REQUEST_INVALID']);
    }
    const headers = { ...ann, 'content-type': 'application/yaml' };
    const body = template
      .replace('daily', 'nul')
      .replace('Orders of', '"\\0')
      .replace('er.', 'er"');
    const put = await daemon.fetch('/packtmpl', { method: 'PUT', headers, body });
    expect(put.status).toBeLessThan(500);
    expect(daemon.log()).not.toContain('HFIT_INTERNAL');
  });

  test.runIf(isThere)('shows its paths as a page that runs nothing', async () => {
    const document = (await (await daemon.fetch('/openapi.json')).json()) as { paths: object };
    const page = await daemon.fetch('/docs');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const text = await page.text();
    const shown = [...text.matchAll(/<h2><code>[A-Z]+ (\S+)<\/code>/g)].map(([, path]) => path);
    expect(new Set(shown)).toEqual(new Set(Object.keys(document.paths)));
    expect(text).not.toMatch(/<script|<style|http:\/\//);
  });

  test.runIf(isThere)('answers what is no HTTP with a problem document', async () => {
    for (const [sent, status, code] of [
      [
        `GET /health HTTP/1.1\r\nhost: x\r\nx-a: ${'b'.repeat(20_000)}\r\n\r\n`,
        431,
        'HFIT_HEADERS_TOO_LARGE',
      ],
      ['SOMETHING else\r\n\r\n', 400, 'HFIT_REQUEST_INVALID'],
    ] as const) {
      expect(await refusal(await sentRaw(daemon.url, sent))).toEqual([status, code]);
    }
  });

  test.runIf(isThere)('counts wrong tokens by address, and lets good ones in', async () => {
    const wrong = { authorization: `${ann.authorization}x` };
    const asked = Array.from({ length: 24 }, () => daemon.fetch('/whoami', { headers: wrong }));
    const answers = await Promise.all(asked);
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(20).fill(401), ...Array(4).fill(429)]);
    const late = answers.find(({ status }) => status === 429) as Response;
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refusal(late)).toEqual([429, 'HFIT_TOO_MANY_REQUESTS']);
    expect((await daemon.fetch('/whoami', { headers: ann })).status).toBe(200);
  });

  test.runIf(isThere)(
    'tells of each package and file who has it, as it was asked for',
    async () => {
      const jobs: JobDocument[] = [];
      await putTemplate(daemon, ann, template.replace('daily', 'told'));
      for (const _ of ['built', 'cached']) {
        const asked = await askFor(daemon, ann, { template: 'told', parameters: { customer: 2 } });
        jobs.push(await jobOf(daemon, ann, asked.id, 'done'));
      }
      const [built, cached] = jobs as [JobDocument, JobDocument];
      expect([built.from_cache, cached.from_cache]).toEqual([false, true]);
      await daemon.fetch(`/packages/${cached.id}/content`, { method: 'HEAD', headers: ann });
      await (await daemon.fetch(`/packages/${cached.id}/content`, { headers: ann })).arrayBuffer();
      const shown = await daemon.fetch('/packtmpl/told', { headers: ann });
      const digest = shown.headers.get('etag')?.replaceAll('"', '');
      const found = async () => (await whoDownloaded(daemon.admin, cached.id, {})).text;
      await expect.poll(found, { timeout: 20_000 }).toContain('  told  ok\n');
      const text = await found();
      expect(text).toContain('ann@example.com  told  ok\n  parameters: {"customer":2}\n');
      expect(text).toContain(`  template:   ${digest}\n  policy: `);
      expect(text).toContain(`"package":"${cached.digest}"`);
      expect((await whoDownloaded(daemon.admin, cached.digest ?? '', {})).text).toContain(text);

      const papers = '/files/papers/download?path=a.txt';
      await (await daemon.fetch(papers, { headers: ann })).text();
      for (const of of ['papers', 'a.txt', 'papers/a.txt']) {
        const found = async () => (await whoDownloaded(daemon.admin, of, {})).text;
        // The last byte may be here before the record of it.
        await expect
          .poll(found, { timeout: 20_000 })
          .toMatch(
            /ann@example\.com {2}papers\/a\.txt {2}ok\n {2}file: {7}\S+=\n {2}policy: {5}[0-9a-f]{64}\n/,
          );
      }
    },
  );

  test.runIf(isThere)('records who looks at people, packages and records, once each', async () => {
    const job = await askFor(daemon, ann, { template: 'told', parameters: { customer: 3 } });
    const key = { ...ann, 'idempotency-key': 'edge' };
    const body = { template: 'told', parameters: { customer: 3 } };
    const first = (await (await daemon.post('/packages', body, { headers: key })).json()) as object;
    const again = (await (await daemon.post('/packages', body, { headers: key })).json()) as object;
    expect(again).toMatchObject({ id: (first as JobDocument).id });
    await jobOf(daemon, ann, job.id, 'done');
    await daemon.fetch(`/packages/${job.id}/content`, { method: 'HEAD', headers: ann });
    await daemon.admin.ask('PUT', '/roles/some', { members: [] });
    await daemon.admin.ask('PUT', '/teams/some', { members: [] });
    const looked = ['/users', '/roles', '/roles/some', '/teams', '/teams/some', '/grants'];
    for (const path of [...looked, '/audit/last?last=1']) await daemon.admin.ask('GET', path);
    const told = await daemon.admin.ask<{ events: { action: string; who: string }[] }>(
      'GET',
      '/audit/last?last=60',
    );
    const actions = told.events.map(({ action, who }) =>
      who === adminName ? action : `ann ${action}`,
    );
    expect(actions.slice(-7)).toEqual([
      ...['list-users', 'list-roles', 'show-role', 'list-teams', 'show-team', 'list-grants'],
      'read-audit',
    ]);
    expect(actions.slice(-10, -9)).toEqual(['ann show-package']);
    expect(actions.slice(-18).filter((it) => it === 'ann request-package')).toHaveLength(3);
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
