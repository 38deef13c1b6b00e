import { spawnSync } from 'node:child_process';
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { testFolder } from './folder.js';

let daemon: TestDaemon;
let ann: { authorization: string };
beforeAll(async () => {
  daemon = await startTestDaemon();
  ({ authorization: ann } = await daemon.join('ann@example.com'));
});
afterAll(() => daemon.stop());

const named = (name: string, more = '') => template.replace('daily', name) + more;

function send(method: string, body: string, more: Record<string, string> = {}): Promise<Response> {
  const headers = { ...ann, 'content-type': 'application/yaml', ...more };
  return daemon.fetch('/v1/packtmpl', { method, body, headers });
}

const show = (name: string, headers = {}) =>
  daemon.fetch(`/packtmpl/${name}`, { headers: { ...ann, ...headers } });

describe('the ETag of a template', () => {
  test('saves reading what is known, and keeps changes of others', async () => {
    const added = await send('PUT', named('tagged'));
    const tag = added.headers.get('etag') as string;
    expect(tag).toMatch(/^"[0-9a-f]{64}"$/);
    const known = await show('tagged', { 'if-none-match': `"x", W/${tag}` });
    expect([known.status, await known.text()]).toEqual([304, '']);
    expect((await show('tagged', { 'if-none-match': '"x"' })).headers.get('etag')).toBe(tag);

    const changed = await send('POST', named('tagged', '# one\n'), { 'if-match': tag });
    expect(changed.status).toBe(200);
    const late = await send('POST', named('tagged', '# two\n'), { 'if-match': tag });
    expect(await refusal(late)).toEqual([412, 'HFIT_CHANGED_MEANWHILE']);
    const url = '/packtmpl/tagged';
    const headers = { ...ann, 'if-match': tag };
    const removed = await daemon.fetch(url, { method: 'DELETE', headers });
    expect(await refusal(removed)).toEqual([412, 'HFIT_CHANGED_MEANWHILE']);
    expect(await (await show('tagged')).text()).toBe(named('tagged', '# one\n'));
  });
});

describe('PATCH', () => {
  test('answers what would change, and changes nothing', async () => {
    await send('PUT', named('patched'));
    const answer = await send('PATCH', named('patched').replace('of one', 'of another'));
    expect(answer.headers.get('content-type')).toBe('text/x-diff; charset=utf-8');
    const diff = await answer.text();
    expect(diff).toContain('--- a/patched.yaml\n+++ b/patched.yaml\n@@ ');
    expect(diff).toContain(
      '-description: Orders of one customer.\n+description: Orders of another',
    );
    expect(await (await send('PATCH', named('patched'))).text()).toBe('');
    expect(await refusal(await send('PATCH', named('unknown')))).toEqual([
      404,
      'HFIT_TEMPLATE_UNKNOWN',
    ]);
  });
});

describe('an Idempotency-Key', () => {
  test('gets the same answer again, and makes nothing twice', async () => {
    const key = { 'idempotency-key': 'once-1' };
    const first = await send('PUT', named('once'), key);
    expect(first.status).toBe(201);
    const again = await send('PUT', named('once'), key);
    expect([again.status, await again.text()]).toEqual([201, await first.text()]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await refusal(await send('PUT', named('other'), key))).toEqual([
      409,
      'HFIT_IDEMPOTENCY_KEY_USED',
    ]);
    const sent = { ...ann, ...key, 'content-type': 'application/yaml' };
    const elsewhere = { method: 'PUT', headers: sent, body: named('once') };
    expect(await refusal(await daemon.fetch('/v1/packtmpl?team=mine', elsewhere))).toEqual([
      409,
      'HFIT_IDEMPOTENCY_KEY_USED',
    ]);
    expect(await refusal(await send('PUT', named('once')))).toEqual([409, 'HFIT_TEMPLATE_EXISTS']);
  });

  test('of what failed may be tried again, and one that is odd is refused', async () => {
    const key = { 'idempotency-key': 'failed' };
    expect((await send('PUT', 'templateName: [', key)).status).toBe(400);
    expect((await send('PUT', named('tried'), key)).status).toBe(201);
    const odd = await send('PUT', named('odd'), { 'idempotency-key': 'x'.repeat(256) });
    expect(await refusal(odd)).toEqual([400, 'HFIT_REQUEST_INVALID']);
  });

  test('that comes many times at once makes one', async () => {
    const key = { 'idempotency-key': 'many' };
    const answers = await Promise.all([1, 2, 3, 4].map(() => send('PUT', named('many'), key)));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
  });
});

describe('an archive of templates', () => {
  const upload = (method: string, body: Uint8Array, type = 'application/gzip') =>
    daemon.fetch('/packtmplpackupld', { method, body, headers: { ...ann, 'content-type': type } });

  function pack(files: Record<string, string>, what = '.'): Buffer {
    const folder = testFolder();
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    return tarOf(folder, [what]);
  }

  function tarOf(folder: string, words: string[]): Buffer {
    const { stdout, status } = spawnSync('tar', ['czf', '-', '-C', folder, '-P', ...words]);
    expect(status).toBe(0);
    return stdout;
  }

  test('is planned, then taken as a whole', async () => {
    await send('PUT', named('old'));
    await send('PUT', named('same'));
    const packed = pack({
      'a/new.yaml': named('fresh'),
      'old.yml': named('old', '# more\n'),
      'b/same.yaml': named('same'),
    });
    const plan = (await (await upload('PATCH', packed)).json()) as { templates: object[] };
    expect(plan).toMatchObject({ untouched: 1, new: 1, updated: 1 });
    expect(plan.templates).toHaveLength(3);
    expect(plan.templates).toContainEqual({
      name: 'old',
      file: 'old.yml',
      state: 'updated',
      diff: expect.stringContaining('+# more'),
    });
    expect((await show('fresh')).status).toBe(404);
    expect(await (await upload('POST', packed)).json()).toEqual(plan);
    expect(await (await show('fresh')).text()).toBe(named('fresh'));
    expect(await (await upload('PATCH', packed)).json()).toMatchObject({ untouched: 3 });
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=3');
    expect(events).toContainEqual(expect.objectContaining({ action: 'upload-templates' }));
  });

  test('of which one cannot be read leaves all as it was', async () => {
    const packed = pack({ 'good.yaml': named('good'), 'wrong.yaml': 'templateName: 5\n' });
    const response = await upload('POST', packed);
    const problem = (await response.clone().json()) as { where: string };
    expect(problem.where).toContain('wrong.yaml');
    expect((await refusal(response))[0]).toBe(400);
    expect((await show('good')).status).toBe(404);
  });

  test.each<[string, () => Buffer, string]>([
    ['no archive', () => Buffer.from('hello'), 'HFIT_TEMPLATE_ARCHIVE'],
    ['nothing', () => Buffer.alloc(0), 'HFIT_REQUEST_INVALID'],
    ['no template', () => pack({}), 'HFIT_TEMPLATE_ARCHIVE'],
    ['other files', () => pack({ 'run.sh': 'x' }), 'HFIT_TEMPLATE_ARCHIVE'],
    [
      'two of a name',
      () => pack({ 'a.yaml': named('x'), 'b.yaml': named('x') }),
      'HFIT_TEMPLATE_ARCHIVE',
    ],
    [
      'a way out',
      () => pack({ 'in/a.yaml': named('x') }, 'in/../in/a.yaml'),
      'HFIT_TEMPLATE_ARCHIVE',
    ],
    ['an absolute path', () => absolute(), 'HFIT_TEMPLATE_ARCHIVE'],
    ['a symbolic link', () => linked(symlinkSync), 'HFIT_TEMPLATE_ARCHIVE'],
    ['a hard link', () => linked(linkSync), 'HFIT_TEMPLATE_ARCHIVE'],
    ['a pipe', () => piped(), 'HFIT_TEMPLATE_ARCHIVE'],
    ['a device', () => withDevice(), 'HFIT_TEMPLATE_ARCHIVE'],
    ['gigabytes of zeros', () => bomb(), 'HFIT_TEMPLATE_ARCHIVE'],
    ['YAML that swells', () => pack({ 'a.yaml': swelling }), 'HFIT_TEMPLATE_INVALID'],
  ])('with %s is refused', async (_what, make, code) => {
    const response = await upload('POST', make());
    expect(await refusal(response)).toEqual([400, code]);
  });

  const swelling = `a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\ntemplateName: *c\n`;

  function absolute(): Buffer {
    const folder = testFolder();
    writeFileSync(join(folder, 'a.yaml'), named('x'));
    return tarOf('/', [join(folder, 'a.yaml')]);
  }

  function linked(link: (target: string, path: string) => void): Buffer {
    const folder = testFolder();
    writeFileSync(join(folder, 'a.yaml'), named('x'));
    link(join(folder, 'a.yaml'), join(folder, 'b.yaml'));
    return tarOf(folder, ['a.yaml', 'b.yaml']);
  }

  function piped(): Buffer {
    const folder = testFolder();
    spawnSync('mkfifo', [join(folder, 'a.yaml')]);
    return tarOf(folder, ['a.yaml']);
  }

  /** The head of an entry in a tar, as no program here would write it. */
  function entry(name: string, type: string, size: number): Buffer {
    const header = Buffer.alloc(512);
    header.write(name);
    header.write('0000644\0', 100);
    header.write(size.toString(8).padStart(11, '0'), 124);
    header.write(type, 156);
    header.write('ustar\x0000', 257);
    header.fill(' ', 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return header;
  }

  function withDevice(): Buffer {
    const text = Buffer.from(named('x'));
    const end = Buffer.alloc(1024);
    const file = [entry('a.yaml', '0', text.length), text, end.subarray(text.length % 512, 512)];
    return gzipSync(Buffer.concat([...file, entry('b.yaml', '3', 0), end]));
  }

  /** A file of 10 GB by its header, of which a few megabytes of zeros follow. */
  function bomb(): Buffer {
    const zeros = Buffer.alloc(8 * 1024 * 1024);
    return gzipSync(Buffer.concat([entry('a.yaml', '0', 10 * 1024 ** 3), zeros]));
  }

  test('that is too large is not read', async () => {
    const response = await upload('POST', Buffer.alloc(2 * 1024 * 1024));
    expect(await refusal(response)).toEqual([413, 'HFIT_BODY_TOO_LARGE']);
  });
});
