import { gunzipSync } from 'node:zlib';
import { type Database, openDatabase } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import {
  type Extraction,
  openExtraction,
  parseTemplate,
  type Template,
} from '@hot-fixture/extract';
import { parseMaskingKey, parsePolicy } from '@hot-fixture/masking';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseDocument } from 'yaml';
import { knownCustomer } from './data.js';
import { findSecrets } from './search.js';
import type { Secret } from './secrets.js';
import { makeShop, readBeside, type Shop } from './shop.js';

const key = parseMaskingKey('0123456789abcdef'.repeat(4));
let shop: Shop;
let database: Database;
let template: Template;
let policy: string;
/** Columns without which a row cannot be loaded: to forget one of them is an error. */
let required: Set<string>;

beforeAll(async () => {
  // The smallest shop has all that the known customer needs, too.
  shop = await makeShop(undefined, { scale: 0.001 });
  database = await openDatabase(shop.pglite);
  template = parseTemplate(await readBeside('template.yaml'), 'template.yaml');
  policy = await readBeside('policy.yaml');
  const { rows } = await shop.pglite.query<{ name: string }>(
    `SELECT table_schema || '.' || table_name || '.' || column_name AS name
     FROM information_schema.columns
     WHERE is_nullable = 'NO' AND column_default IS NULL AND is_generated = 'NEVER'`,
  );
  required = new Set(rows.map(({ name }) => name));
});

afterAll(async () => {
  await shop.pglite.close();
});

/** The three ways out, each as all the bytes that leave by it. */
const outputs: Record<string, (extraction: Extraction) => Promise<string | Uint8Array>> = {
  script: (extraction) => joined(extraction.script()),
  lines: (extraction) => joined(extraction.lines()),
  async package(extraction) {
    const chunks: Buffer[] = [];
    for await (const chunk of (await extraction.package()).stream) chunks.push(chunk as Buffer);
    return gunzipSync(Buffer.concat(chunks));
  },
};

async function joined(texts: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const text of texts) all += text;
  return all;
}

/** All that is told by a run: what comes out, the warnings, and the error where there is one. */
async function run(policyText: string, output: keyof typeof outputs) {
  let extraction: Extraction | undefined;
  try {
    extraction = await openExtraction({
      template,
      parameters: { customer_id: knownCustomer },
      sources: { databases: { shop: database }, volumes: {} },
      policy: parsePolicy(policyText, 'policy.yaml'),
      maskingKey: key,
    });
    const warnings = extraction.warnings.join('\n');
    const bytes = await outputs[output]!(extraction);
    return { content: Buffer.from(bytes as string).toString('latin1'), warnings, error: '' };
  } catch (error) {
    if (!(error instanceof HfitError)) throw error;
    return { content: '', warnings: '', error: `${error.stack} ${JSON.stringify(error)}` };
  } finally {
    await extraction?.close();
  }
}

/** The policy without the lines of these columns. */
function forgetting(columns: readonly Secret[]): string {
  return edited((document) => {
    for (const { table, column } of columns) {
      document.deleteIn(['databases', 'shop', table, column]);
    }
  });
}

function edited(edit: (document: ReturnType<typeof parseDocument>) => void): string {
  const document = parseDocument(policy);
  edit(document);
  return document.toString();
}

describe.each(Object.keys(outputs))('in the %s', (output) => {
  test('no secret leaves by the policy', async () => {
    const { content, warnings, error } = await run(policy, output);
    expect(error).toBe('');
    expect(content.length).toBeGreaterThan(10_000);
    expect(findSecrets(shop.secrets, content)).toEqual([]);
    expect(findSecrets(shop.secrets, warnings)).toEqual([]);
  });

  test('each secret would leave if the policy kept its column', async () => {
    const keepAll = edited((document) => {
      for (const { table, column } of shop.secrets) {
        document.setIn(['databases', 'shop', table, column], 'keep');
      }
    });
    const { content, error } = await run(keepAll, output);
    expect(error).toBe('');
    expect(findSecrets(shop.secrets, content)).toEqual(shop.secrets);
  });

  test('no secret leaves when the policy forgets all columns that rows can do without', async () => {
    const optional = shop.secrets.filter(
      ({ table, column }) => !required.has(`${table}.${column}`),
    );
    expect(optional.length).toBeGreaterThan(30);
    const { content, warnings, error } = await run(forgetting(optional), output);
    expect(error).toBe('');
    expect(content.length).toBeGreaterThan(10_000);
    expect(findSecrets(shop.secrets, content + warnings)).toEqual([]);
  });
});

test('no secret leaves when the policy forgets one column of each table, and the run names them', async () => {
  const [needed, optional] = [true, false].map((it) =>
    shop.secrets.filter(({ table, column }) => required.has(`${table}.${column}`) === it),
  ) as [Secret[], Secret[]];
  // What is required ends the run, and would hide the others.
  const forgotten = [...needed.map((secret) => [secret]), ...oneOfEachTable(optional)];
  for (const [i, secrets] of forgotten.entries()) {
    const output = Object.keys(outputs)[i % 3] as string;
    const { content, warnings, error } = await run(forgetting(secrets), output);
    const names = secrets.map(({ table, column }) => `${table}.${column}`);
    expect(findSecrets(shop.secrets, content + warnings + error), `${names} forgotten`).toEqual([]);
    expect(error !== '', `${names} required`).toBe(needed.includes(secrets[0]!));
    // What is computed is never sent, so nobody has to be told.
    for (const name of names.filter((it) => !it.endsWith('.search_name'))) {
      expect(warnings + error).toContain(name);
    }
  }
}, 300_000);

/** The first column of every table, then the second, and so on. */
function oneOfEachTable(secrets: readonly Secret[]): Secret[][] {
  const rounds: Secret[][] = [];
  const seen = new Map<string, number>();
  for (const secret of secrets) {
    const round = seen.get(secret.table) ?? 0;
    seen.set(secret.table, round + 1);
    rounds[round] = [...(rounds[round] ?? []), secret];
  }
  return rounds;
}
