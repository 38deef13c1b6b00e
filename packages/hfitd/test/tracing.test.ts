import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { readConfiguration } from '../src/index.js';
import { secret, startTestDaemon, template } from './daemon.js';
import { testFolder } from './folder.js';
import { askFor, jobOf, putTemplate } from './jobs.js';
import { thrown } from './thrown.js';

interface Sent {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly attributes: { key: string; value: { stringValue?: string; intValue?: number } }[];
  readonly status: { code?: number };
}

/** A collector that takes OTLP over HTTP, as JSON. */
async function startCollector(status = 200) {
  const bodies: string[] = [];
  const asked: { url: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(async (request, response) => {
    asked.push({ url: request.url ?? '', headers: request.headers });
    bodies.push(await text(request));
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const spans = () =>
    bodies.flatMap((body): Sent[] =>
      JSON.parse(body).resourceSpans.flatMap((it: { scopeSpans: { spans: Sent[] }[] }) =>
        it.scopeSpans.flatMap((scope) => scope.spans),
      ),
    );
  const { port } = server.address() as AddressInfo;
  return { endpoint: `http://127.0.0.1:${port}`, spans, asked, told: () => bodies.join() };
}

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

function attributesOf(span: Sent | undefined): Record<string, unknown> {
  return Object.fromEntries(
    (span?.attributes ?? []).map(({ key, value }) => [key, value.stringValue ?? value.intValue]),
  );
}

test('a collector gets the spans of requests, sources, jobs and storage, and no word of users', async () => {
  const collector = await startCollector();
  const headers = { authorization: 'Bearer hush-collector' };
  const daemon = await startTestDaemon({ tracing: { endpoint: collector.endpoint, headers } });
  const { authorization } = await daemon.join('ann@example.com');
  const traced = { ...authorization, traceparent };
  await putTemplate(daemon, authorization, template);
  const order = { parameters: { customer: 77123 } };
  await (await daemon.post('/packdownload/daily', order, { headers: traced })).text();
  const filter = encodeURIComponent("memo = 'planted-filter'");
  const rowsOf = async (table: string) => {
    const answer = await daemon.fetch(`/db/shop/main/table/${table}`, { headers: traced });
    return [await answer.text(), answer.headers.get('x-request-id')];
  };
  await rowsOf(`orders/rows?filter=${filter}`);
  const [, refused] = await rowsOf('planted-table/rows');
  const { id } = await askFor(daemon, traced, { template: 'daily', parameters: { customer: 2 } });
  await jobOf(daemon, authorization, id, 'done');
  await (await daemon.fetch(`/packages/${id}/content`, { headers: traced })).arrayBuffer();
  await daemon.stop();

  expect(collector.asked[0]).toMatchObject({ url: '/v1/traces', headers });
  const spans = collector.spans();
  const named = (name: string) => spans.filter((it) => it.name === name);
  const parents = new Map(spans.map((it) => [it.spanId, it]));
  const parentOf = (span: Sent | undefined) => parents.get(span?.parentSpanId ?? '')?.name;

  const [download] = named('POST /packdownload/:name');
  expect(download).toMatchObject({ traceId, parentSpanId: 'b7ad6b7169203331' });
  expect(attributesOf(download)).toMatchObject({
    'http.route': '/packdownload/:name',
    'http.response.status_code': 404,
    'error.type': 'HFIT_SUBSET_EMPTY',
  });
  const rows = named('GET /db/:dbms/:db/table/:table/rows');
  expect(rows.map((it) => attributesOf(it)['error.type'])).toEqual([
    undefined,
    'HFIT_TABLE_UNKNOWN',
  ]);
  expect(attributesOf(rows[1])['hfit.request_id']).toBe(refused);

  const [job] = named('job');
  expect(job?.traceId).toBe(traceId);
  expect(parentOf(job)).toBe('POST /packages');
  expect(attributesOf(job)).toEqual({
    'hfit.job_id': id,
    'hfit.attempt': 1,
    'hfit.format': 'package',
  });
  for (const step of ['schemas', 'plan', 'build', 'storage put']) {
    expect(named(step).filter((it) => it.parentSpanId === job?.spanId)).toHaveLength(1);
  }
  expect(parentOf(named('storage read')[0])).toBe('GET /packages/:id/content');
  const reads = named('read a source');
  expect(new Set(reads.map((it) => attributesOf(it)['hfit.source']))).toEqual(new Set(['shop']));
  expect(new Set(reads.map(parentOf))).toEqual(
    new Set(['plan', 'schemas', 'POST /packages', 'GET /db/:dbms/:db/table/:table/rows']),
  );
  // A request without a trace of its own begins one.
  const [put] = named('PUT /packtmpl');
  expect(put?.traceId).not.toBe(traceId);
  expect(put?.parentSpanId).toBeUndefined();

  const hidden = [secret, 'ann@', '77123', 'planted', 'hush', 'daily', 'Bearer', daemon.dataDir];
  for (const word of hidden) expect(collector.told()).not.toContain(word);
});

test('a trace that its client does not record is not recorded here', async () => {
  const collector = await startCollector(400);
  const daemon = await startTestDaemon({ tracing: { endpoint: collector.endpoint } });
  for (const given of [traceparent.replace(/01$/, '00'), 'nonsense']) {
    await (await daemon.fetch('/health', { headers: { traceparent: given } })).text();
  }
  await daemon.stop();
  expect(collector.spans().map((it) => [it.name, it.traceId === traceId])).toEqual([
    ['GET /health', false],
  ]);
  // One that takes nothing is told of, and stops nothing.
  expect(daemon.log()).toContain('the collector of traces took nothing');
});

test('where traces go is read from the environment and from files', async () => {
  const folder = testFolder();
  const headersFile = join(folder, 'headers');
  writeFileSync(headersFile, 'authorization: Bearer hush\nx-scope=a b\n');
  const read = (env: Record<string, string>) => readConfiguration({ folder, env }).tracing;
  const endpoint = 'https://collector.example.com:4318';
  const OTEL_EXPORTER_OTLP_ENDPOINT = endpoint;
  const HFITD_TRACING_HEADERS_FILE = headersFile;
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT, HFITD_TRACING_HEADERS_FILE })).toEqual({
    endpoint,
    headers: { authorization: 'Bearer hush', 'x-scope': 'a b' },
  });
  const file = join(folder, 'hfitd.yaml');
  writeFileSync(file, `tracing: { endpoint: "${endpoint}", headersFile: headers, percent: 5 }\n`);
  expect(readConfiguration({ file, env: {} }).tracing).toMatchObject({ endpoint, percent: 5 });
  expect(read({})).toBeUndefined();
  writeFileSync(headersFile, 'hush\n');
  for (const env of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'https://me:hush@collector.example.com' },
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4318/hush' },
    { OTEL_EXPORTER_OTLP_ENDPOINT, HFITD_TRACING_PERCENT: '0' },
    { OTEL_EXPORTER_OTLP_ENDPOINT, HFITD_TRACING_HEADERS_FILE },
  ] as Record<string, string>[]) {
    const error = await thrown('HFIT_CONFIG_INVALID', async () => read(env));
    expect(`${error.message} ${error.where}`).not.toContain('hush');
  }
});
