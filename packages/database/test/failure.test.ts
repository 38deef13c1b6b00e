import { describe, expect, it } from 'vitest';
import { openDatabase } from '../src/index.js';

describe('an error within a transaction', () => {
  it('is told as a mistake where JavaScript has thrown it, and as an answer where the database has', async () => {
    const database = await openDatabase('sqlite::memory:');
    const nothing = undefined as unknown as { value: string };
    const mistake = database.transaction(async () => nothing.value);
    await expect(mistake).rejects.toMatchObject({
      code: 'HFIT_UNEXPECTED',
      message: expect.stringContaining('TypeError: Cannot read properties of undefined'),
    });
    await expect(database.transaction((it) => it.run('SELECT nothing'))).rejects.toMatchObject({
      code: 'HFIT_DATABASE_QUERY',
    });
    await expect(
      database.transaction((it) => it.query('SELECT 1; SELECT 2')),
    ).rejects.toMatchObject({
      code: 'HFIT_DATABASE_QUERY',
    });
    await database.close();
  });
});
