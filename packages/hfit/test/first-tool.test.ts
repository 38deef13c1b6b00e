import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshMariadb, mariadbCommand, services } from '../../../test/services/index.js';
import { quoted, shell } from './hfit.js';
import { addUser, makeKey, type Server, startServer } from './server.js';

/** Production, as the pages of the first tool tell of it. What is "planted" must not come out. */
const production = [
  'CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(80) NOT NULL, email VARCHAR(80))',
  `CREATE TABLE orders (id INT PRIMARY KEY, customer_id INT NOT NULL, placed_at DATETIME NOT NULL,
     scenario VARCHAR(20) NOT NULL, FOREIGN KEY (customer_id) REFERENCES customers (id))`,
  `CREATE TABLE payments (id INT PRIMARY KEY, order_id INT NOT NULL, at DATETIME NOT NULL,
     state VARCHAR(20), FOREIGN KEY (order_id) REFERENCES orders (id))`,
  'CREATE TABLE date_ranges (name VARCHAR(20) PRIMARY KEY, since DATETIME NOT NULL)',
  'CREATE TABLE scenario_sets (name VARCHAR(20) PRIMARY KEY, pattern VARCHAR(20) NOT NULL)',
  `INSERT INTO date_ranges VALUES ('last_2_years', '2023-01-01'), ('last_year', '2024-01-01')`,
  `INSERT INTO scenario_sets VALUES ('all', '%'), ('bulk', 'bulk')`,
  `INSERT INTO customers SELECT 12800 + seq, CONCAT('planted ', seq), 'planted@real.example'
     FROM seq_1_to_100`,
  `INSERT INTO orders SELECT seq, 12801 + seq % 100, '2022-01-01' + INTERVAL seq DAY,
     IF(seq % 3 = 0, 'bulk', 'usual') FROM seq_1_to_1200`,
  `INSERT INTO payments SELECT seq, seq, '2024-10-15 14:00:00' + INTERVAL seq MINUTE, 'failed'
     FROM seq_1_to_1200`,
];

const policy = `policyVersion: 1
databases:
  shop:
    customers: { id: keep, name: personName, email: email }
    orders: { id: keep, customer_id: keep, placed_at: keep, scenario: keep }
    payments: { id: keep, order_id: keep, at: keep, state: keep }
    date_ranges: { name: keep, since: keep }
    scenario_sets: { name: keep, pattern: keep }
`;

const subset = (table: string, filter: string, more = '') =>
  `exports:
  slice.sql:
    type: subset
    data: { dbms: shop, table: ${table}, filter: "${filter}"${more} }
`;

const templates: Readonly<Record<string, string>> = {
  'daily-dev-scenario': subset('orders', 'WHERE id <= 50'),
  'onboarding-dataset': subset('orders', 'WHERE id <= 20'),
  incident: `parameters:
  - { name: customer_id, type: integer }
  - { name: start_time, type: datetime }
  - { name: end_time, type: datetime }
prepare:
  - setVar: from
    from: input
    source: start_time
exports:
  orders.sql:
    type: subset
    data: { dbms: shop, table: orders, filter: "WHERE customer_id = \${customer_id}" }
  payments.sql:
    type: subset
    data: { dbms: shop, table: payments, filter: "WHERE at BETWEEN \${from} AND \${end_time}" }
`,
  'performance-test-dataset': `parameters:
  - { name: row_limit, type: integer, default: 1000000 }
  - { name: table_size_factor, type: decimal, default: 1 }
  - { name: preserve_distribution, type: boolean, default: false }
${subset(
  'orders',
  `ORDER BY id LIMIT \${row_limit}`,
  `, sample: "\${table_size_factor}", preserveDistribution: "\${preserve_distribution}"`,
)}`,
  'legacy-migration-validation-suite': `parameters:
  - { name: business_scenarios, values: [all, bulk] }
  - { name: date_range, values: [last_2_years, last_year] }
prepare:
  - setVar: since
    from: hot-data
    hdata: { type: dbquery, dbms: shop, query: "SELECT since FROM date_ranges WHERE name = \${date_range}" }
  - setVar: pattern
    from: hot-data
    hdata: { type: dbquery, dbms: shop, query: "SELECT pattern FROM scenario_sets WHERE name = \${business_scenarios}" }
${subset('orders', `WHERE placed_at >= \${since} AND scenario LIKE \${pattern}`)}`,
};

const missing = !services.mariadb || !services.mariadbClient;
if (missing) console.warn('skipped: there is no MariaDB here');

describe.skipIf(missing)('what users of the first tool type, on an empty machine', () => {
  let folder: string;
  let server: Server;
  const fresh: Awaited<ReturnType<typeof freshMariadb>>[] = [];
  const rows: Record<string, (sql: string) => Promise<unknown[]>> = {};

  /** A line as it stands in their scripts, at a terminal or with its output kept by nobody. */
  const typed = async (line: string) => {
    const env = {
      HOME: join(folder, 'me'),
      HFIT_HOME: '',
      PATH: `${folder}/bin:${process.env.PATH}`,
    };
    const done = await shell(line, { home: '', cwd: join(folder, 'me'), env, stdout: 'ignore' });
    expect({ line, code: done.code, stderr: done.code === 0 ? '' : done.stderr }).toEqual({
      ...{ line, code: 0, stderr: '' },
    });
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'hfit-first-'));
    for (const name of ['me/.ssh', 'bin']) mkdirSync(join(folder, name), { recursive: true });
    const source = await freshMariadb();
    fresh.push(source);
    const connection = await mysql.createConnection(source.url);
    for (const statement of production) await connection.query(statement);
    await connection.end();
    writeFileSync(join(folder, 'policy.yaml'), policy);
    const shop = { url: source.url, policy: join(folder, 'policy.yaml'), papers: folder };
    server = await startServer(folder, shop);
    const key = makeKey(join(folder, 'me/.ssh'), 'id_ed25519');
    await addUser(server.daemon, 'dev@example.com', readFileSync(`${key}.pub`, 'utf8'));
    const cases: string[] = [];
    for (const name of ['test_db', 'dev_db']) {
      const database = await freshMariadb();
      fresh.push(database);
      cases.push(`${name}) exec ${quoted(mariadbCommand(database.url))} ;;`);
      rows[name] = async (sql) => {
        const reader = await mysql.createConnection(database.url);
        const [found] = await reader.query(sql);
        await reader.end();
        return (found as object[]).map((row) => Object.values(row)[0]);
      };
    }
    // The clients of MariaDB know those two databases by these names.
    for (const client of ['mysql', 'mariadb']) {
      const file = join(folder, 'bin', client);
      writeFileSync(file, `#!/bin/sh\ncase "$1" in ${cases.join(' ')} esac\nexit 64\n`);
      chmodSync(file, 0o755);
    }
    mkdirSync(join(folder, 'me/templates'));
    for (const [name, text] of Object.entries(templates)) {
      const head = `hfitVersion: 1\ntemplateName: ${name}\n`;
      writeFileSync(join(folder, 'me/templates', `${name}.yaml`), head + text);
    }
    await typed(`hfit config ${server.daemon.url} dev@example.com`);
    await typed('hfit login && hfit template apply templates --yes');
  });
  afterAll(async () => {
    await server?.daemon.stop(0);
    for (const database of fresh) await database.drop();
    rmSync(folder, { recursive: true, force: true });
  });

  test('hfit pkg-download daily-dev-scenario | mariadb test_db', async () => {
    await typed('hfit login');
    await typed('hfit pkg-download daily-dev-scenario | mariadb test_db');
    expect(await rows.test_db?.('SELECT count(*) FROM orders')).toEqual([50]);
    const names = await rows.test_db?.('SELECT concat(name, email) FROM customers');
    expect(names).toHaveLength(50);
    expect(String(names)).not.toContain('planted');
  });

  test('hfit pkg-download onboarding-dataset && mysql dev_db < onboarding-dataset.sql', async () => {
    await typed('hfit pkg-download onboarding-dataset && mysql dev_db < onboarding-dataset.sql');
    expect(await rows.dev_db?.('SELECT count(*) FROM orders')).toEqual([20]);
  });

  test('hfit pkg-download incident, with times, by name and by position', async () => {
    const times = ['2024-10-15 14:30:00', '2024-10-15 15:00:00'];
    await typed(
      `hfit pkg-download incident customer_id=12847 start_time="${times[0]}" end_time="${times[1]}"`,
    );
    const script = () => readFileSync(join(folder, 'me/incident.sql'), 'utf8');
    const byName = script();
    // Minutes 30 to 60 of that hour; and the orders of one customer, of which none is among them.
    expect(byName.match(/'failed'/g)).toHaveLength(31);
    expect(byName).not.toContain('planted');
    await typed(`hfit pkg-download incident 12847 "${times[0]}" "${times[1]}"`);
    expect(script()).toBe(byName);
  });

  test('hfit pkg-download performance-test-dataset and legacy-migration-validation-suite', async () => {
    const count = (name: string, word: RegExp) =>
      readFileSync(join(folder, 'me', `${name}.sql`), 'utf8').match(word)?.length;
    const performance = 'performance-test-dataset';
    await typed(`hfit pkg-download ${performance} row_limit=100000 preserve_distribution=true`);
    expect(count(performance, /'(usual|bulk)'/g)).toBe(1200);
    await typed(`hfit pkg-download ${performance} table_size_factor=0.1`);
    const sampled = count(performance, /'(usual|bulk)'/g) ?? 0;
    expect(sampled).toBeGreaterThan(0);
    expect(sampled).toBeLessThan(1200);
    const legacy = 'legacy-migration-validation-suite';
    await typed(`hfit pkg-download ${legacy} business_scenarios=all date_range=last_2_years`);
    expect(count(legacy, /'(usual|bulk)'/g)).toBe(836);
  });

  test('hfit prepare, local-i create and local-i run-on', async () => {
    await typed('hfit prepare');
    await typed('hfit local-i create hfit-data/me.yaml extract-from daily-dev-scenario');
    const file = join(folder, 'me/hfit-data/me.yaml');
    const proposed = readFileSync(file, 'utf8');
    expect(proposed).toContain('mysql://root@localhost/shop_test');
    const database = fresh.at(-2)?.url ?? '';
    writeFileSync(file, proposed.replace(/mysql:[^"]*/, database));
    await typed('hfit local-i run-on hfit-data/me.yaml daily-dev-scenario');
    await typed('hfit local-i run-on hfit-data/me.yaml daily-dev-scenario --no-download');
    expect(await rows.test_db?.('SELECT count(*) FROM orders')).toEqual([50]);
  });
});
