import { afterEach, describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Logged, logged } from './mysql-log.js';

describe.skipIf(!services.mariadb)('change log of MariaDB', () => {
  let log: Logged;
  afterEach(() => log?.drop());

  const shop = [
    'CREATE TABLE customer (id int AUTO_INCREMENT PRIMARY KEY, name varchar(40) UNIQUE)',
    'CREATE TABLE item (customer_id int, line int, what varchar(40), PRIMARY KEY (customer_id, line), FOREIGN KEY (customer_id) REFERENCES customer (id))',
    'CREATE TABLE bag (a int, b varchar(9))',
    `INSERT INTO customer (name) VALUES ('one'), ('two'), ('three')`,
    `INSERT INTO item VALUES (1, 1, 'x'), (1, 2, 'y'), (2, 1, 'z')`,
    `INSERT INTO bag VALUES (1, 'x'), (1, 'x'), (1, 'x'), (2, NULL), (NULL, NULL)`,
  ];

  it('sees what changed in all, and puts it back', async () => {
    log = await logged(shop);
    const before = await log.state();
    expect(await log.changes()).toEqual({ tables: [], sequences: [] });
    await log.act(
      `INSERT INTO customer (name) VALUES ('four'), ('five')`,
      `UPDATE customer SET name = 'ONE' WHERE id = 1`,
      `DELETE FROM item WHERE line = 2`,
      `INSERT INTO item VALUES (3, 9, 'new')`,
      `UPDATE item SET customer_id = 4 WHERE customer_id = 2`,
      `DELETE FROM customer WHERE id = 5`,
      `DELETE FROM bag WHERE b = 'x' LIMIT 2`,
      `INSERT INTO bag VALUES (2, NULL), (7, 'seven')`,
      `UPDATE bag SET a = 8 WHERE b = 'seven'`,
    );
    const seen = await log.seen();
    expect(seen.customer).toEqual([
      [null, ['4', 'four']],
      [
        ['1', 'one'],
        ['1', 'ONE'],
      ],
    ]);
    expect(seen.item).toHaveLength(4);
    expect(seen.bag).toEqual([
      [['1', 'x'], null],
      [['1', 'x'], null],
      [null, ['2', null]],
      [null, ['8', 'seven']],
    ]);
    expect((await log.changes()).sequences).toEqual([
      {
        schema: '',
        name: 'customer',
        before: { last: '4', called: false },
        after: { last: '6', called: false },
      },
    ]);
    const done = await log.rewind();
    expect(done.tables.map(({ table, rows }) => [table.name, rows])).toEqual([
      ['bag', 4],
      ['customer', 2],
      ['item', 4],
    ]);
    expect(await log.state()).toEqual(before);
    expect(await log.changes()).toEqual({ tables: [], sequences: [] });
    await log.act(`INSERT INTO customer (name) VALUES ('four')`);
    expect((await log.seen()).customer).toEqual([[null, ['4', 'four']]]);
    await log.rewind();
    expect(await log.state()).toEqual(before);
    expect(await log.rewind()).toEqual({ tables: [], sequences: 0 });
  });
});
