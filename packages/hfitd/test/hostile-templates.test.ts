import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { policy, refusal, startTestDaemon, type TestDaemon } from './daemon.js';
import { makeFolder } from './folder.js';

let folder: string;
let daemon: TestDaemon;
let headers: { authorization: string; 'content-type': string };

beforeAll(async () => {
  folder = makeFolder();
  writeFileSync(join(folder, `${'a'.repeat(60)}!`), '');
  const file = join(folder, 'policy.yaml');
  writeFileSync(file, `${policy}volumes: { papers: { "a*": keep } }\n`);
  daemon = await startTestDaemon({ policy: file, volumes: { papers: { path: folder } } });
  const { authorization } = await daemon.join('ann@example.com');
  headers = { ...authorization, 'content-type': 'application/yaml' };
});
afterAll(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true, force: true });
});

const head = 'hfitVersion: 1\ntemplateName: t\n';
const exports = 'exports:\n  o.sql: { type: table-data, data: { dbms: shop, table: orders } }\n';
const aliases = Array.from(
  { length: 40 },
  (_, i) => `k${i}: &a${i} [${`*a${i - 1}, `.repeat(i ? 9 : 0)}1]`,
);

const put = (body: string, type = 'application/yaml') =>
  daemon.fetch('/packtmpl', { method: 'PUT', body, headers: { ...headers, 'content-type': type } });

describe('a template', () => {
  test.each([
    ['that swells by aliases', `${aliases.join('\n')}\n${head}${exports}`],
    ['that is nested without end', `${head}exports: ${'['.repeat(50_000)}`],
    ['with a key twice', `${head}${exports}${exports}`],
    ['with __proto__', `${head}${exports}__proto__: { admin: true }\n`],
    ['with constructor', `${head}${exports}constructor: { prototype: { admin: true } }\n`],
    ['with a tag', `${head}exports: !!js/function "return 1"\n`],
    ['of another kind', '[]'],
  ])('%s is refused', async (_what, text) => {
    const [status, code] = await refusal(await put(text));
    expect([status, code.replace(/_[A-Z]+$/, '')]).toEqual([400, 'HFIT_TEMPLATE']);
    expect((await daemon.fetch('/health')).status).toBe(200);
  });

  test('in JSON with __proto__ is refused too, and changes nothing of ours', async () => {
    const text = `{"hfitVersion": 1, "templateName": "t", "exports": {}, "__proto__": {"admin": true}}`;
    expect(await refusal(await put(text, 'application/json'))).toEqual([
      400,
      'HFIT_TEMPLATE_INVALID',
    ]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('with a pattern that makes others backtrack for years runs at once', async () => {
    const text = `hfitVersion: 1
templateName: evil
prepare:
  - setVar: name
    from: hot-data
    hdata: { type: volume, volume: papers, glob: "a*", regex_replace: "/(a+)+$/x/" }
exports:
  o.sql: { type: table-data, data: { dbms: shop, table: orders, filter: "memo = '\${name}'" } }
`;
    expect((await put(text)).status).toBe(201);
    const asked = { headers: { authorization: headers.authorization, accept: 'application/sql' } };
    const response = await daemon.post('/packdownload/evil', {}, asked);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/COMMIT;\s*$/);
  });
});
