import { createSocket } from 'node:dgram';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { openSyslog } from '../src/audit/syslog.js';
import { searchAuditLog, verifyAuditLog, whoDownloaded } from '../src/cli/audit.js';
import { complete } from '../src/config/complete.js';
import { attempt, testAudit } from './auditing.js';
import { refusal, startTestDaemon, type TestDaemon, template } from './daemon.js';
import { testFolder } from './folder.js';
import { thrown } from './thrown.js';

const tlsFile = (name: string) => fileURLToPath(new URL(`tls/${name}`, import.meta.url));

describe('the audit log of a daemon', () => {
  let daemon: TestDaemon;
  let ann: { authorization: string };
  let eve: { authorization: string };
  beforeAll(async () => {
    daemon = await startTestDaemon();
    ({ authorization: ann } = await daemon.join('ann@example.com'));
    ({ authorization: eve } = await daemon.join('eve@example.com'));
    await daemon.admin.ask('PUT', '/roles/auditor', { members: ['eve@example.com'] });
    const headers = { ...ann, 'content-type': 'application/yaml' };
    await daemon.fetch('/packtmpl', { method: 'PUT', body: template, headers });
    const order = { parameters: { customer: 3 } };
    await (await daemon.post('/packdownload/daily', order, { headers: ann })).text();
  });
  afterAll(() => daemon.stop());

  const configuration = () => complete({ dataDir: daemon.dataDir });

  test('is there for auditors, and for nobody else', async () => {
    const denied = await daemon.fetch('/v1/audit?who=ann@example.com', { headers: ann });
    expect(await refusal(denied)).toEqual([404, 'HFIT_ROUTE_UNKNOWN']);
    const query = '/v1/audit?who=ann@example.com&action=package';
    const found = await daemon.fetch(query, { headers: eve });
    expect(await found.json()).toMatchObject({
      events: [
        { target: 'daily', outcome: 'started' },
        { target: 'daily', outcome: 'ok' },
      ],
    });
    const headers = { ...eve, accept: 'application/x-ndjson' };
    const lines = (await (await daemon.fetch(query, { headers })).text()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['started', 'ok']);
    const { events } = await daemon.admin.ask<{ events: object[] }>('GET', '/audit/last?last=1');
    expect(events).toMatchObject([
      { who: 'eve@example.com', action: 'read-audit', details: { action: 'package' } },
    ]);
  });

  test.each(['?colour=red', '?limit=0', '?since=yesterday', '?action=DROP'])(
    'is not searched for %s',
    async (query) => {
      const response = await daemon.fetch(`/audit${query}`, { headers: eve });
      expect(await refusal(response)).toEqual([400, 'HFIT_REQUEST_INVALID']);
    },
  );

  test('tells who downloaded what, with which parameters, under which policy', async () => {
    const { text, document } = await whoDownloaded(daemon.admin, 'daily', { since: '1h' });
    expect(text).toMatch(/^\S+ {2}ann@example.com {2}daily {2}ok\n {2}parameters: {"customer":3}/);
    expect(text).toMatch(/policy: {5}[0-9a-f]{64}\n/);
    expect(document).toMatchObject({ downloads: [{ details: { rows: { customers: 1 } } }] });
    expect((await whoDownloaded(daemon.admin, 'other', {})).text).toBe('nobody asked for other');
    const later = await whoDownloaded(daemon.admin, 'daily', { since: '2099-01-01' });
    expect(later.text).toBe('nobody asked for daily');
  });

  test('holds no value of a parameter that its template marks secret', async () => {
    const secretive = template
      .replace('daily', 'secretive')
      .replace('required: true', 'required: true, secret: true');
    const headers = { ...ann, 'content-type': 'application/yaml' };
    await daemon.fetch('/packtmpl', { method: 'PUT', body: secretive, headers });
    for (const [parameters, path] of [
      [{ customer: 77123 }, '/packdownload/secretive'],
      [[77123], '/packdownload/secretive'],
      [{ customer: 1, unknown: 77123 }, '/packdownload/secretive'],
      [{ customer: 77123 }, '/packdownload/nothing'],
      [{ customer: 77123 }, '/packages'],
    ] as const) {
      const order = { parameters, ...(path === '/packages' && { template: 'secretive' }) };
      await (await daemon.post(path, order, { headers: ann })).text();
    }
    for (const name of ['secretive', 'nothing']) {
      const order = { template: name, parameters: { customer: 77123 }, cron: '0 3 * * *' };
      const json = { ...ann, 'content-type': 'application/json' };
      const sent = { method: 'PUT', headers: json, body: JSON.stringify(order) };
      expect((await daemon.fetch(`/schedules/${name}`, sent)).status).not.toBe(400);
    }
    const { document } = await searchAuditLog(daemon.admin, { who: 'ann@example.com' });
    expect(JSON.stringify(document)).toContain('"set-schedule"');
    expect(JSON.stringify(document)).not.toContain('77123');
    expect(readFileSync(join(daemon.dataDir, 'audit.log'), 'utf8')).not.toContain('77123');
    expect(daemon.log()).not.toContain('77123');
    expect(JSON.stringify(document)).toContain('"parameters":{"customer":"(secret)"}');
    expect(JSON.stringify(document)).toContain('"parameters":["(secret)"]');
  });

  test('is searched, and verified, while the daemon runs', async () => {
    const { text } = await searchAuditLog(daemon.admin, { action: 'login', since: '1h' });
    expect(text.split('\n').map((line) => line.split('  ')[1])).toEqual([
      'ann@example.com',
      'eve@example.com',
    ]);
    const whole = await verifyAuditLog(configuration(), {});
    expect(whole.text).toMatch(/^the audit log is whole: \d+ records in the store, \d+ lines/);
    const noted = [/: (\d+:\w{64})$/.exec(whole.text)?.[1] as string];
    await daemon.fetch('/packtmpls', { headers: ann });
    await verifyAuditLog(configuration(), { noted });
    const other = [`3:${'0'.repeat(64)}`];
    const error = await thrown('HFIT_AUDIT_BROKEN', () =>
      verifyAuditLog(configuration(), { noted: other }),
    );
    expect(error.what).toContain('record 3 is not the one that was noted');
    await thrown('HFIT_USAGE', () => verifyAuditLog(configuration(), { noted: ['3'] }));
    await thrown('HFIT_USAGE', () => searchAuditLog(daemon.admin, { since: 'often' }));
  });

  test('shows a line that was changed by hand', async () => {
    const file = join(testFolder(), 'audit.log');
    const lines = readFileSync(join(daemon.dataDir, 'audit.log'), 'utf8');
    writeFileSync(file, lines.replace('"customer":3', '"customer":4'));
    const error = await thrown('HFIT_AUDIT_BROKEN', () =>
      verifyAuditLog(configuration(), { file: [file] }),
    );
    expect(error.what).toMatch(/file: \S+audit\.log:\d+: the line was changed/);
    appendFileSync(file, '');
    await thrown('HFIT_AUDIT_UNREADABLE', () =>
      verifyAuditLog(configuration(), { file: [`${file}.gone`] }),
    );
  });
});

describe('no record, no data', () => {
  test('holds where the disk of the file is full', async () => {
    const full = await startTestDaemon({ audit: { file: '/dev/full' } });
    onTestFinished(() => full.stop());
    const challenge = await full.challenge('ann@example.com');
    const answer = await full.authenticate('ann@example.com', challenge, 'AAAA');
    expect(await refusal(answer)).toEqual([503, 'HFIT_AUDIT_FAILED']);
    expect(full.log()).toContain('ENOSPC');
    await thrown('HFIT_AUDIT_FAILED', () => full.admin.ask('POST', '/jwt/renew'));
  });
});

describe('syslog', () => {
  const sent =
    /^<109>1 \S+ \S+ hfitd \d+ add-user \[hfitd@32473 sequence="1" hash="[0-9a-f]{64}"\] \ufeff{/;

  test('gets each record over TCP, with its octets counted', async () => {
    let text = '';
    const server = createServer((socket) => {
      socket.on('data', (piece) => {
        text += piece;
      });
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { audit } = await testAudit({ syslog: openSyslog(`tcp://127.0.0.1:${port}`) });
    await audit.record({ ...attempt, outcome: 'ok' });
    await expect.poll(() => text).not.toBe('');
    const [, count = '', message = ''] = /^(\d+) (.*)$/s.exec(text) ?? [];
    expect(Buffer.byteLength(message)).toBe(Number(count));
    expect(message).toMatch(sent);
    // A new line in a name is no new record.
    expect(message).not.toContain('\n');
  });

  test('gets each record over UDP', async () => {
    const socket = createSocket('udp4');
    onTestFinished(() => void socket.close());
    const came = new Promise<string>((resolve) => {
      socket.once('message', (message) => resolve(message.toString()));
    });
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { audit } = await testAudit({
      syslog: openSyslog(`udp://127.0.0.1:${socket.address().port}`),
    });
    await audit.record({ ...attempt, outcome: 'ok' });
    expect(await came).toMatch(sent);
  });

  test('gets each record over TLS, where its certificate is believed and ours is', async () => {
    let text = '';
    const pem = (name: string) => readFileSync(tlsFile(name));
    const own = { ca: pem('ca.pem'), cert: pem('server.pem'), key: pem('server.key') };
    const server = createTlsServer({ ...own, requestCert: true }, (socket) => {
      socket.on('error', () => {});
      socket.on('data', (piece) => {
        text += piece;
      });
    });
    server.on('tlsClientError', () => {});
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const url = `tls://127.0.0.1:${port}`;
    const shown = { syslogCert: tlsFile('client.pem'), syslogKey: tlsFile('client.key') };
    const strange = await testAudit({ syslog: openSyslog(url, shown) });
    await thrown('HFIT_AUDIT_FAILED', () => strange.audit.around(attempt, async () => 'secret'));
    const files = { ...shown, syslogCa: tlsFile('ca.pem') };
    const { audit } = await testAudit({ syslog: openSyslog(url, files) });
    await audit.record({ ...attempt, outcome: 'ok' });
    await expect.poll(() => text).not.toBe('');
    const [, count = '', message = ''] = /^(\d+) (.*)$/s.exec(text) ?? [];
    expect(Buffer.byteLength(message)).toBe(Number(count));
    expect(message).toMatch(sent);
    const broken = { syslogCa: tlsFile('ca.pem'), syslogCert: 'README.md', syslogKey: 'x' };
    await thrown('HFIT_TLS_UNUSABLE', async () => openSyslog(url, broken));
  });

  test('that cannot be reached lets nothing out', async () => {
    const path = join(testFolder(), 'syslog');
    const { audit } = await testAudit({ syslog: openSyslog(`unix:${path}`) });
    await thrown('HFIT_AUDIT_FAILED', () => audit.around(attempt, async () => 'secret'));
  });
});
