import type { PGlite } from '@electric-sql/pglite';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshPglite } from '../../../test/services/pglite.js';
import { masking } from './facts.js';

const days = 40;
const shift = masking('dateShift', { kind: 'timestamp' }, { days });

describe('PostgreSQL takes its own dates back, moved', () => {
  let pglite: PGlite;
  beforeAll(async () => {
    pglite = await freshPglite();
    await pglite.exec(`SET timezone = 'UTC'`);
  });
  afterAll(() => pglite.close());

  test.each(['date', 'timestamp', 'timestamptz'])('%s', async (type) => {
    // 6,000 years in steps that meet all months and times of day.
    const written = await pglite.query<{ text: string }>(`
      SELECT moment::${type}::text AS text
      FROM generate_series('4700-01-01 BC'::timestamp, '1300-01-01', '797 days 7 hours 11.123 seconds')
             AS moment
      UNION ALL SELECT moment::${type}::text
      FROM generate_series('1900-01-01'::timestamp, '2100-01-01', '511 hours 0.5 seconds') AS moment`);
    const pairs = written.rows.map(({ text }) => [text, shift(text)]);
    const { rows } = await pglite.query<Record<string, unknown>>(
      `SELECT count(*)::int AS pairs,
              count(*) FILTER (WHERE moved::${type} - written::${type} = ${type === 'date' ? '0' : "'0'"})::int AS unmoved,
              count(*) FILTER (WHERE moved::timestamp::time <> written::timestamp::time)::int AS times,
              count(*) FILTER (WHERE abs(moved::timestamp::date - written::timestamp::date) > ${days})::int AS far
       FROM jsonb_to_recordset($1) AS t(written text, moved text)`,
      [pairs.map(([written, moved]) => ({ written, moved }))],
    );
    expect(rows).toEqual([{ pairs: pairs.length, unmoved: 0, times: 0, far: 0 }]);
    expect(pairs.length).toBeGreaterThan(5_000);
  });
});

describe('SQLite reads the same time of day after the move', () => {
  const database = new Database(':memory:');
  afterAll(() => database.close());
  // Not within 84 days of 1970, where milliseconds are taken for seconds.
  const written = Array.from({ length: 1000 }, (_, i) =>
    new Date(Date.UTC(1880, 0, 1, 1, 2, 3) + i * 9_101_000_007).toISOString().slice(0, 19),
  )
    .map((text) => text.replace('T', ' '))
    .filter((text) => text < '1969-10' || text > '1970-04');

  test.each([
    ['ISO text', '?', '?'],
    ['seconds', 'unixepoch(?)', "?, 'unixepoch'"],
    ['milliseconds', 'unixepoch(?) * 1000', "? / 1000, 'unixepoch'"],
    ['Julian days', 'julianday(?)', '?'],
  ])('%s', (_, store, read) => {
    const stored = database.prepare(`SELECT ${store}`).pluck().safeIntegers();
    const readBack = database.prepare(`SELECT datetime(${read})`).pluck();
    for (const text of written) {
      const moved = readBack.get(shift(stored.get(text) as string)) as string;
      expect(moved.slice(10)).toBe(text.slice(10));
      const distance = (Date.parse(moved) - Date.parse(text)) / 86_400_000;
      expect(Math.abs(distance) >= 0.9 && Math.abs(distance) <= days + 0.1).toBe(true);
    }
  });
});
