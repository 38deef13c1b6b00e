import { describe, expect, it } from 'vitest';
import { openDatabase, openServer, withoutPassword } from '../src/index.js';
import { clientProgram as mysql } from '../src/mysql/client-program.js';
import { clientProgram as psql } from '../src/postgresql/client-program.js';

/** URLs whose passwords are not percent-encoded; each password ends in `hush`. */
const unreadable = [
  'u:p#ss/hush@localhost/db_test',
  'u:12#hush@localhost/db_test',
  'u:50%offhush@127.0.0.1:5/db_test',
  'u:a/?hush@localhost/db_test',
  'u:a:b@c#hush@localhost/db_test',
  'u#1:hush@localhost/db_test',
];

describe.each(['postgresql', 'postgres', 'mysql', 'mariadb'])('a URL of %s', (scheme) => {
  it.each(unreadable)('that nobody can read is refused with a way out, %s', async (rest) => {
    const url = `${scheme}://${rest}`;
    const program = url.startsWith('p') ? psql : mysql;
    for (const work of [openDatabase, openServer, async (it: string) => program(it)]) {
      const error = await work(url).then(
        () => undefined,
        (it) => it,
      );
      expect(error).toMatchObject({ code: 'HFIT_DATABASE_URL' });
      expect(error.todo).toContain('percent-encoded');
      expect(`${error.message} ${error.stack} ${JSON.stringify(error)}`).not.toContain('hush');
      expect(error.cause).toBeUndefined();
    }
  });

  it('is decoded where it is percent-encoded', async () => {
    const database = await openDatabase(`${scheme}://u%40x:p%23ss%2Fw%25@localhost/a%20test`);
    expect(database.name).toBe('a test');
    expect(database.location).toBe(`${scheme}://u%40x@localhost/a%20test`);
    await database.close();
  });
});

it('gives client programs what it means', () => {
  const rest = '//u%40x:p%23ss@[::1]:5/a%20test';
  expect(mysql(`mysql:${rest}`)).toMatchObject({
    commands: [
      expect.arrayContaining(['--host=::1', '--user=u@x', '--database=a test']),
      expect.anything(),
    ],
    environment: { MYSQL_PWD: 'p#ss' },
  });
  expect(psql(`postgresql:${rest}`)).toMatchObject({ environment: { PGPASSWORD: 'p#ss' } });
});

it.each([
  ['postgresql://u:secret@h/db', 'postgresql://u@h/db'],
  ['postgresql://u:se@cr:et@h/db', 'postgresql://u@h/db'],
  ['postgresql://u/1:secret@h/db', 'postgresql://u/1@h/db'],
  ['postgresql://u@h:secret@h/db', 'postgresql://u@h@h/db'],
  ['postgresql://h/db?user=u&password=secret&port=5', 'postgresql://h/db?user=u&password=&port=5'],
  ['postgresql://[::1]:5432/db', 'postgresql://[::1]:5432/db'],
  ['sqlite:/tmp/a@b', 'sqlite:/tmp/a@b'],
])('%s is shown as %s', (url, shown) => {
  expect(withoutPassword(url)).toBe(shown);
});
