import { copyFileSync, readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { PeerCertificate, TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startTestDaemon, type TestDaemon, template } from './daemon.js';
import { testFolder } from './folder.js';
import { thrown } from './thrown.js';

const tlsFile = (name: string) => fileURLToPath(new URL(`tls/${name}`, import.meta.url));

describe('the listener for those who watch', () => {
  let daemon: TestDaemon;
  let ann: { authorization: string };
  beforeAll(async () => {
    daemon = await startTestDaemon({ monitor: '127.0.0.1:0' });
    ({ authorization: ann } = await daemon.join('ann@example.com'));
    const headers = { ...ann, 'content-type': 'application/yaml' };
    await daemon.fetch('/packtmpl', { method: 'PUT', body: template, headers });
    const order = { parameters: { customer: 2 } };
    await (await daemon.post('/v1/packdownload/daily', order, { headers: ann })).text();
    await daemon.fetch('/nowhere/s3cret?token=s3cret');
  });
  afterAll(() => daemon.stop());

  test('says that it lives and is ready', async () => {
    const [live, ready] = await Promise.all(
      ['/live', '/ready'].map((it) => fetch(daemon.monitor + it)),
    );
    expect(await live?.json()).toEqual({ status: 'ok' });
    expect(await ready?.json()).toEqual({ status: 'ok', checks: { daemon: 'ok', store: 'ok' } });
  });

  test('has figures, with no word of users and their data', async () => {
    const text = await (await fetch(`${daemon.monitor}/metrics`)).text();
    expect(text).toContain('hfitd_requests_total{method="PUT",route="/packtmpl",status="201"} 1\n');
    expect(text).toContain('hfitd_audit_records_total{action="package",outcome="ok"} 1\n');
    expect(text).toMatch(/hfitd_rows_given_total\{action="package"\} [1-9]/);
    expect(text).toMatch(/hfitd_bytes_given_total\{action="package"\} [1-9]/);
    expect(text).toMatch(/hfitd_packages\{state="running"\} [01]\n/);
    expect(text).toMatch(/hfitd_requests_total\{method="GET",route="[^"]*",status="404"\} 1\n/);
    const names = text.replaceAll('source="shop"', '');
    expect(names).not.toMatch(/s3cret|ann@|daily|shop/);
  });

  test('is not where users are', async () => {
    for (const path of ['/live', '/ready', '/metrics']) {
      expect((await daemon.fetch(path)).status).toBe(404);
    }
    expect((await fetch(`${daemon.monitor}/packtmpls`)).status).toBe(404);
  });
});

describe('TLS of its own', () => {
  interface Seen {
    status: number;
    certificate: PeerCertificate;
  }

  function ask(url: string, options: object = {}): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const ca = readFileSync(tlsFile('ca.pem'));
      const sent = request(`${url}/health`, { ca, agent: false, ...options }, (response) => {
        const certificate = (response.socket as TLSSocket).getPeerCertificate();
        response
          .resume()
          .once('end', () => resolve({ status: response.statusCode ?? 0, certificate }));
      });
      sent.once('error', reject).end();
    });
  }

  test('takes a new certificate while it runs, and keeps the old one where that is broken', async () => {
    const folder = testFolder();
    const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const use = (name: string) => {
      copyFileSync(tlsFile(`${name}.pem`), cert);
      copyFileSync(tlsFile(`${name}.key`), key);
    };
    use('server');
    const daemon = await startTestDaemon({ tls: { cert, key } });
    onTestFinished(() => daemon.stop());
    expect(daemon.url).toMatch(/^https:/);
    expect(await ask(daemon.url)).toMatchObject({
      status: 200,
      certificate: { subject: { CN: 'hfitd test server' } },
    });
    use('next');
    await daemon.reload();
    const next = { certificate: { subject: { CN: 'hfitd test next' } } };
    expect(await ask(daemon.url)).toMatchObject(next);
    copyFileSync(tlsFile('server.pem'), key);
    await thrown('HFIT_TLS_UNUSABLE', () => daemon.reload());
    expect(await ask(daemon.url)).toMatchObject(next);
    expect(daemon.log()).toContain('the configuration stays as it was');
    const plain = fetch(daemon.url.replace('https', 'http')).then(({ status }) => status);
    expect(await plain.catch(() => 'cut')).not.toBe(200);
  });

  test('lets only those in whose certificate the CA of clients signed', async () => {
    const tls = {
      cert: tlsFile('server.pem'),
      key: tlsFile('server.key'),
      clientCa: tlsFile('ca.pem'),
    };
    const daemon = await startTestDaemon({ tls });
    onTestFinished(() => daemon.stop());
    await expect(ask(daemon.url)).rejects.toThrow();
    const own = {
      cert: readFileSync(tlsFile('client.pem')),
      key: readFileSync(tlsFile('client.key')),
    };
    expect((await ask(daemon.url, own)).status).toBe(200);
  });

  test.each([
    [tlsFile('server.pem'), tlsFile('next.key')],
    [tlsFile('README.md'), tlsFile('server.key')],
    ['/nowhere/cert.pem', tlsFile('server.key')],
  ])('with %s and %s does not start', async (cert, key) => {
    const error = await thrown('HFIT_TLS_UNUSABLE', () => startTestDaemon({ tls: { cert, key } }));
    expect(error.where).toBe(cert);
  });
});

test('a client that sends its headers drop by drop is cut off', async () => {
  const daemon = await startTestDaemon({ headersTimeout: 200 });
  onTestFinished(() => daemon.stop());
  const { hostname, port } = new URL(daemon.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (piece) => {
    answer += piece;
  });
  socket.on('error', () => {});
  socket.write('GET /health HTTP/1.1\r\nhost: x\r\n');
  const drops = setInterval(() => socket.write('x-a: b\r\n'), 50);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(drops);
  expect(answer).toMatch(/^HTTP\/1\.1 408 /);
  expect((await daemon.fetch('/health')).status).toBe(200);
});
