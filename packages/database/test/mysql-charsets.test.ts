import { describe, expect, it } from 'vitest';
import { services } from '../../../test/services/index.js';
import { type Database, type Dataset, script, type Table } from '../src/index.js';
import { wholeOf } from './datasets.js';
import { freshPair } from './mysql-pair.js';
import { ask } from './mysql-server.js';
import { withoutBytes } from './mysql-types.js';

describe.skipIf(!services.mariadb)('all that the character sets of MariaDB can hold', () => {
  const pair = freshPair();
  const { open, withoutFiles } = pair;
  const ways = ['LOAD DATA', 'INSERT', 'values', 'the client program'] as const;
  it.for(ways)('move to the bit, by %s', async (way, { skip }) => {
    const names = (
      await ask(pair.source.url, 'SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS')
    ).flat() as string[];
    expect(names.length).toBeGreaterThan(30);
    const filled = names.map((it) => `CONVERT(b USING ${it})`);
    await pair.source.run([
      `CREATE TABLE raw (id int AUTO_INCREMENT PRIMARY KEY, b varbinary(8))`,
      // One byte, two, three and four: what is no text is cut where it begins to be none.
      `INSERT INTO raw (b) SELECT unhex(lpad(hex(seq), 2, '0')) FROM seq_0_to_255`,
      `INSERT INTO raw (b) SELECT unhex(lpad(hex(seq), 4, '0')) FROM seq_256_to_65535 WHERE seq % 61 = 0 OR seq BETWEEN 34624 AND 34815`,
      `INSERT INTO raw (b) SELECT left(unhex(md5(seq)), 3 + seq % 2) FROM seq_1_to_500`,
      // Halves of surrogate pairs, and the mark of a text that is none.
      `INSERT INTO raw (b) VALUES (X'EDA080'), (X'D800'), (X'0000D800'), (X'F48FBFBFF48FBFBE'), (X'DBFFDFFF')`,
      `CREATE TABLE t (id int PRIMARY KEY, ${names.map((it) => `\`${it}\` varchar(20) CHARACTER SET ${it}`)},
        e enum('ソ', '表') CHARACTER SET sjis, f enum('漢', 'é') CHARACTER SET ucs2, g set('é', '漢') CHARACTER SET utf16)`,
      `INSERT IGNORE INTO t SELECT id, ${filled}, 1 + id % 2, 1 + id % 2, id % 4 FROM raw`,
      'DROP TABLE raw',
    ]);
    const [from, to] = [await open(pair.source.url), await open(pair.target.url)];
    const snapshot = await from.snapshot();
    const values = withoutBytes(wholeOf(await snapshot.introspect(), snapshot));
    const bytes: Dataset = {
      ...values,
      async *rows() {
        for (const table of values.tables) yield snapshot.tableRows(table);
      },
    };
    if (way === 'LOAD DATA') await to.load(bytes);
    else if (way === 'INSERT') await (await withoutFiles()).load(bytes);
    else if (way === 'values') await to.load(values);
    else {
      if (!pair.target.feed) return skip('no client program');
      let text = '';
      for await (const piece of script(from.dialect, values)) text += piece;
      await pair.target.feed(text);
    }
    await snapshot.close();
    const columns = [...names, 'e', 'f', 'g'];
    const differs = columns.map((it) => `NOT BINARY a.\`${it}\` <=> BINARY b.\`${it}\``);
    const [[rows, wrong]] = (await ask(
      pair.source.url,
      `SELECT count(*), sum(${differs.join(' OR ')}) FROM t a JOIN ${pair.target.name}.t b ON a.id = b.id`,
    )) as [[string, string]];
    expect(Number(rows)).toBeGreaterThan(2000);
    expect(wrong).toBe('0');
    const [table] = (await from.introspect()).tables;
    const checksum = (database: Database) =>
      database.transaction((session) => database.dialect.checksum(session, table as Table));
    expect(await checksum(to)).toBe(await checksum(from));
  });
});
