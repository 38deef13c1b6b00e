import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Place, stateOf, subjects, told, track } from './postgresql-log-subject.js';

describe.each(subjects)('change log of $name', (subject) => {
  if (subject.missing) return it.skip(subject.missing);
  let place: Place;
  beforeEach(async () => {
    place = await subject.place();
    await place.run(`
      CREATE TABLE author (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text UNIQUE, born date);
      CREATE TABLE book (id serial PRIMARY KEY, author_id int REFERENCES author ON DELETE CASCADE, title text);
      CREATE SEQUENCE loose;
      INSERT INTO author (name, born) VALUES ('Ada', '1815-12-10'), ('Bob', NULL);
      INSERT INTO book (author_id, title) VALUES (1, 'One'), (1, 'Two'), (2, 'Three')`);
  });
  afterEach(() => place?.drop());
  const log = () => place.database.dialect.log;

  it('tells what happened and takes it back', async () => {
    expect(await log().status(place.session)).toBeNull();
    await track(place);
    const before = await stateOf(place);
    expect(await told(place)).toEqual([]);
    await place.run(`
      INSERT INTO author (name) VALUES ('Cid');
      UPDATE author SET born = '2000-01-01' WHERE id = 2;
      DELETE FROM author WHERE id = 1;
      SELECT nextval('loose')`);
    expect(await told(place)).toEqual([
      'author - > 3,Cid,',
      'author 2,Bob, > 2,Bob,2000-01-01',
      'author 1,Ada,1815-12-10 > -',
      'book 1,1,One > -',
      'book 2,1,Two > -',
      'author_id_seq 2 > 3',
      'loose 1 > 1',
    ]);
    expect(await log().rewind(place.session, 'start', 1000)).toEqual({
      tables: [
        { table: { schema: 'public', name: 'author' }, rows: 3 },
        { table: { schema: 'public', name: 'book' }, rows: 2 },
      ],
      sequences: 2,
    });
    expect(await stateOf(place)).toEqual(before);
    expect(await told(place)).toEqual([]);
    expect(await log().rewind(place.session, 'start', 1000)).toEqual({ tables: [], sequences: 0 });
  });
});
