import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differenceAsText, FixpointDiffers, Fixpoints } from '@hot-fixture/fixpoint';
import { openDatabase } from 'hot-fixture';
import { expect, test } from 'vitest';
import { Board } from './board.js';
import { onSqlite } from './places.js';
import { rules } from './user-flow.js';

const page = join(import.meta.dirname, '../../docs/fixpoint-differences.md');

test('a bug in the code is seen in what it does to the database', async () => {
  const place = await onSqlite();
  const database = await openDatabase(place.url);
  const directory = join(import.meta.dirname, 'fixpoints', 'sqlite');
  // HFIT_DIFFERENCES=FOLDER keeps the page to look at.
  const pages = process.env.HFIT_DIFFERENCES ?? false;
  const fixpoints = new Fixpoints(database, { directory, pages, update: false, ...rules });
  try {
    await fixpoints.restore('registered_user');
    await new Board(place, true).post('Tom', 'A lamp, nearly new', 1250);

    const error = await fixpoints.compare('item_posted').catch((it: unknown) => it);
    expect(error).toBeInstanceOf(FixpointDiffers);
    const text = differenceAsText((error as FixpointDiffers).difference);
    expect((error as FixpointDiffers).message).toContain(text);
    // The documentation shows what is seen.
    expect(readFileSync(page, 'utf8')).toContain(`\`\`\`text\n${text}\n\`\`\``);
  } finally {
    await fixpoints.close();
    await database.close();
    await place.drop();
  }
});
