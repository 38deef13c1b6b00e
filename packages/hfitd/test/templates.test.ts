import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';

let daemon: TestDaemon;
let ann: { authorization: string };
let bob: { authorization: string };

beforeAll(async () => {
  daemon = await startTestDaemon();
  ann = (await daemon.join('ann@example.com')).authorization;
  bob = (await daemon.join('bob@example.com')).authorization;
});
afterAll(() => daemon.stop());

function send(method: string, body: string, headers = ann, type = 'application/yaml') {
  return daemon.fetch('/packtmpl', { method, body, headers: { ...headers, 'content-type': type } });
}

const show = (name: string, headers = ann) => daemon.fetch(`/packtmpl/${name}`, { headers });
const named = (name: string) => template.replace('templateName: daily', `templateName: ${name}`);
const remove = (name: string, headers = ann) =>
  daemon.fetch(`/packtmpl/${name}`, { method: 'DELETE', headers });

describe('a template', () => {
  test('is created once, and comes back as it was sent', async () => {
    const text = `# a remark\n${named('first')}`;
    const created = await send('PUT', text);
    expect([created.status, await created.json()]).toEqual([201, { name: 'first' }]);
    const shown = await show('first');
    expect(shown.headers.get('content-type')).toBe('application/yaml; charset=utf-8');
    expect(await shown.text()).toBe(text);
    expect(await refusal(await send('PUT', text))).toEqual([409, 'HFIT_TEMPLATE_EXISTS']);
  });

  test('is replaced where it is there', async () => {
    expect(await refusal(await send('POST', named('second')))).toEqual([
      404,
      'HFIT_TEMPLATE_UNKNOWN',
    ]);
    await send('PUT', named('second'));
    const other = named('second').replace('Orders of', 'All orders of');
    const replaced = await send('POST', other);
    expect([replaced.status, await replaced.json()]).toEqual([200, { name: 'second' }]);
    expect(await (await show('second')).text()).toBe(other);
  });

  test('is deleted', async () => {
    await send('PUT', named('third'));
    const response = await remove('third');
    expect([response.status, await response.text()]).toEqual([204, '']);
    expect(await refusal(await show('third'))).toEqual([404, 'HFIT_TEMPLATE_UNKNOWN']);
    expect(await refusal(await remove('third'))).toEqual([404, 'HFIT_TEMPLATE_UNKNOWN']);
  });

  test('may be sent as JSON', async () => {
    const text = JSON.stringify({
      hfitVersion: 1,
      templateName: 'json',
      exports: {
        'orders.sql': {
          type: 'table-data',
          data: { dbms: 'shop', table: 'orders', filter: 'id = 1' },
        },
      },
    });
    expect((await send('PUT', text, ann, 'application/json')).status).toBe(201);
    expect(await (await show('json')).text()).toBe(text);
  });

  test('is listed with its parameters', async () => {
    await send('PUT', named('listed'));
    const response = await daemon.fetch('/packtmpls', { headers: ann });
    const { templates } = (await response.json()) as { templates: { name: string }[] };
    expect(templates.find(({ name }) => name === 'listed')).toEqual({
      name: 'listed',
      description: 'Orders of one customer.',
      parameters: [{ name: 'customer', type: 'integer', required: true, description: 'Whose.' }],
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
  });

  test('of another user does not exist', async () => {
    await send('PUT', named('mine'));
    expect(await refusal(await show('mine', bob))).toEqual([404, 'HFIT_TEMPLATE_UNKNOWN']);
    expect(await refusal(await remove('mine', bob))).toEqual([404, 'HFIT_TEMPLATE_UNKNOWN']);
    expect(await refusal(await send('POST', named('mine'), bob))).toEqual([
      404,
      'HFIT_TEMPLATE_UNKNOWN',
    ]);
    const download = await daemon.post('/packdownload/mine', {}, { headers: bob });
    expect(await refusal(download)).toEqual([404, 'HFIT_TEMPLATE_UNKNOWN']);
    expect((await send('PUT', named('mine'), bob)).status).toBe(201);
    expect((await show('mine')).status).toBe(200);
    expect(await (await daemon.fetch('/packtmpls', { headers: bob })).json()).toMatchObject({
      templates: [{ name: 'mine' }],
    });
  });

  test('that is wrong is refused at its line, and nothing is stored', async () => {
    const text = `${named('wrong')}    colour: red\n`;
    const response = await send('PUT', text);
    expect(await response.clone().json()).toMatchObject({
      where: expect.stringMatching(/:\d+:\d+/),
    });
    expect(await refusal(response)).toEqual([400, 'HFIT_TEMPLATE_INVALID']);
    expect((await show('wrong')).status).toBe(404);
  });

  test('with a second statement for a filter is refused', async () => {
    const text = named('evil').replace('customer_id = ${customer}', '1=1; drop table users');
    const [status, code] = await refusal(await send('PUT', text));
    expect([status, code]).toEqual([400, 'HFIT_FILTER_SYNTAX']);
  });

  test.each([
    ['', 'application/yaml', 'HFIT_REQUEST_INVALID'],
    ['[]', 'application/json', 'HFIT_TEMPLATE_INVALID'],
    [named('..'), 'application/yaml', 'HFIT_TEMPLATE'],
    [named('"a/b"'), 'application/yaml', 'HFIT_TEMPLATE'],
    [named('x'.repeat(101)), 'application/yaml', 'HFIT_TEMPLATE'],
  ])('sent as %#: is refused', async (body, type, expected) => {
    const [status, code] = await refusal(await send('PUT', body, ann, type));
    expect(status).toBe(400);
    expect(code).toContain(expected);
  });

  test('that is too large, or sent as something else, is refused', async () => {
    const large = await send('PUT', 'x'.repeat(300_000), ann, 'application/yaml');
    expect(await refusal(large)).toEqual([413, 'HFIT_BODY_TOO_LARGE']);
    const csv = await send('PUT', template, ann, 'text/csv');
    expect(await refusal(csv)).toEqual([415, 'HFIT_BODY_TYPE']);
  });

  test.each(['a b', 'a%2Fb', 'x'.repeat(101), '%00'])('cannot be named so (%#)', async (name) => {
    expect(await refusal(await show(name))).toEqual([400, 'HFIT_REQUEST_INVALID']);
  });

  test('leaves a line in the audit log for each change', async () => {
    await send('PUT', named('audited'));
    await send('PUT', named('audited'));
    await remove('audited');
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=3');
    const target = 'audited';
    expect(events).toMatchObject([
      { action: 'create-template', target, outcome: 'ok', details: { digest: expect.any(String) } },
      { action: 'create-template', target, outcome: 'failed' },
      { action: 'delete-template', target, outcome: 'ok' },
    ]);
  });
});
