import { openDatabase } from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import { parseMaskingKey, parsePolicy } from '@hot-fixture/masking';
import { openExtraction, parseTemplate } from '../src/index.js';

/** Extracts so many rows with keys of so many characters, in a process that may have little of all. */
const [form = '', rows = '', width = ''] = process.argv.slice(2);

const database = await openDatabase('sqlite::memory:');
await database.transaction(async (session) => {
  await session.run(`
    CREATE TABLE word (id text PRIMARY KEY, parent text REFERENCES word);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
      INSERT INTO word
        SELECT printf('%0${width}d', i), iif(i = 1, NULL, printf('%0${width}d', i - 1)) FROM n`);
});
const extraction = await openExtraction({
  template: parseTemplate(`hfitVersion: 1
templateName: many
exports:
  slice.sql: { type: subset, data: { dbms: words, table: word } }
`),
  parameters: [],
  sources: { databases: { words: database }, volumes: {} },
  policy: parsePolicy(
    'policyVersion: 1\ndatabases: { words: { word: { id: keep, parent: keep } } }',
    'policy.yaml',
  ),
  maskingKey: parseMaskingKey('0'.repeat(64)),
});
let said: object;
try {
  let count = 0;
  if (form === 'package') {
    for await (const chunk of (await extraction.package()).stream) count += chunk.length;
  } else {
    for await (const { batches } of extraction.dataset().rows()) {
      for await (const batch of batches) count += batch.length;
    }
  }
  said = { count };
} catch (error) {
  said = { code: error instanceof HfitError ? error.code : String(error) };
} finally {
  await extraction.close();
}
process.stdout.write(JSON.stringify(said));
