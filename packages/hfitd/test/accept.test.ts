import { describe, expect, test } from 'vitest';
import { readAccept } from '../src/build/accept.js';
import { thrown } from './thrown.js';

describe('the accept header', () => {
  test.each([
    [undefined, 'package'],
    ['', 'package'],
    ['*/*', 'package'],
    ['application/*', 'package'],
    ['application/gzip', 'package'],
    ['application/sql', 'script'],
    ['APPLICATION/SQL', 'script'],
    ['application/x-ndjson', 'lines'],
    ['text/html, application/sql;q=0.9, */*;q=0.8', 'script'],
    ['application/gzip;q=0, */*', 'script'],
    ['application/sql;q=0.2, application/x-ndjson;q=0.3', 'lines'],
  ] as const)('%j asks for a %s', (header, format) => {
    expect(readAccept(header)).toBe(format);
  });

  test.each(['text/html', 'application/json', 'application/sql;q=0', 'text/*', ';;,'])(
    '%j asks for what there is not',
    async (header) => {
      const error = await thrown('HFIT_FORMAT_UNKNOWN', () => readAccept(header));
      expect(error.todo).toContain('application/gzip, application/sql, application/x-ndjson');
    },
  );
});
