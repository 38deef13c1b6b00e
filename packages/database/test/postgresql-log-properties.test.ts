import fc from 'fast-check';
import { afterAll, beforeAll, it } from 'vitest';
import { statement, there } from './postgresql-log-statements.js';
import { law, onEach, type Place, track } from './postgresql-log-subject.js';

onEach('properties of the log of $name', (subject) => {
  let place: Place;
  beforeAll(async () => {
    place = await subject.place();
    await place.run(there);
    await track(place);
  });
  afterAll(() => place?.drop());

  it('tells exactly what any statements have changed, and puts it back', () =>
    fc.assert(
      fc.asyncProperty(fc.array(statement, { minLength: 1, maxLength: 12 }), async (statements) =>
        law(place, async () => {
          // Some are refused; they may leave nothing, and those before them stay.
          for (const it of statements) await place.run(it).catch(() => {});
          await place.run('ROLLBACK; RESET session_replication_role');
        }),
      ),
      { numRuns: subject.name === 'PGlite' ? 10 : 40 },
    ));
});
