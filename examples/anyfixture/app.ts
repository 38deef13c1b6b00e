import BetterSqlite3 from 'better-sqlite3';
import { type Generated, Kysely, SqliteDialect } from 'kysely';

/** The application of the examples: accounts that write posts. */
interface Tables {
  account: { id: Generated<number>; name: string; tag: string | null; token: Generated<string> };
  post: { id: Generated<number>; account_id: number; title: string };
}

export const handle = new BetterSqlite3(':memory:');
handle.exec(`
  CREATE TABLE account (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, tag TEXT,
    token TEXT NOT NULL DEFAULT (hex(randomblob(8))));
  CREATE TABLE post (id INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id), title TEXT NOT NULL);
`);

export const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: handle }) });

export function createAccount(values: { name: string }) {
  return db.insertInto('account').values(values).returningAll().executeTakeFirstOrThrow();
}

export function createPost(account: { id: number }, title: string) {
  const values = { account_id: account.id, title };
  return db.insertInto('post').values(values).returningAll().executeTakeFirstOrThrow();
}

export function rename(account: { id: number }, name: string) {
  return db.updateTable('account').set({ name }).where('id', '=', account.id).execute();
}

export async function listPosts(account: { id: number }) {
  const found = db.selectFrom('post').select('title').where('account_id', '=', account.id);
  return (await found.execute()).map(({ title }) => title);
}

export async function countAccounts() {
  return (await db.selectFrom('account').selectAll().execute()).length;
}
