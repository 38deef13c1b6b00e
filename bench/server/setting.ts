import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HfitClient } from '@hot-fixture/client';
import { newSigningKey } from '@hot-fixture/extract';
import { newMaskingKey } from '@hot-fixture/masking';
import pg from 'pg';
import type { Children } from '../../examples/shop/demo/children.js';

export const policy = `policyVersion: 1
databases:
  shop:
    visit: { id: keep, name: personName, email: email, note: hash, amount: keep, state: keep }
`;

export const template = `hfitVersion: 1
templateName: visits
parameters:
  - { name: rows, type: integer }
exports:
  visit.sql: { type: table-data, data: { dbms: shop, table: visit, filter: "id <= \${rows}" } }
`;

/** A table of so many rows, in a database of its own. */
export async function fill(server: string, name: string, rows: number): Promise<string> {
  const admin = new pg.Client(server);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  if (rows === 0) return url.href;
  const client = new pg.Client(url.href);
  await client.connect();
  await client.query(`
    CREATE TABLE visit (id bigint PRIMARY KEY, name text, email varchar(80), note text,
      amount numeric(12,2), state text);
    INSERT INTO visit SELECT i, 'Name ' || i % 90000, 'user' || i || '@example.com', md5(i::text),
      i / 100.0, 'open' FROM generate_series(1, ${rows}) i`);
  await client.query('ANALYZE visit');
  await client.end();
  return url.href;
}

/** A daemon as a process of its own, and somebody who has logged in. */
export async function startDaemon(
  children: Children,
  folder: string,
  name: string,
  more: Readonly<Record<string, unknown>>,
) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const configuration = {
    listen: '127.0.0.1:0',
    dataDir: join(folder, name),
    policy: join(folder, 'policy.yaml'),
    maskingKeyFile: join(folder, 'masking.key'),
    signingKeyFile: join(folder, 'signing.key'),
    packagesAtOnce: 64,
    limits: { loginsPerAddress: 0, loginsPerName: 0, requestsPerUser: 0 },
    ...more,
  };
  const config = join(folder, `${name}.yaml`);
  await writeFile(config, JSON.stringify(configuration));
  await writeFile(join(folder, 'policy.yaml'), policy);
  await writeFile(join(folder, 'masking.key'), newMaskingKey());
  await writeFile(join(folder, 'signing.key'), newSigningKey());
  await writeFile(join(folder, 'ann.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  const { url, pid } = await children.serve(['--config', config], `${name}.log`, false);
  await children.run('hfitd', ['adduser', 'ann@example.com', 'ann.pub', '--config', config]);
  const login = () => new HfitClient({ host: url }).login('ann@example.com', privateKey);
  const { token } = await login();
  await new HfitClient({ host: url, token }).createTemplate(template);
  return { url, pid, token, login, config };
}
