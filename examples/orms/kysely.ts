import { type Generated, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Shop } from './shop.js';

interface Tables {
  book: { id: Generated<number>; title: string; stock: number };
  sale: { id: Generated<number>; book_id: number };
}

export async function withKysely(url: string): Promise<Shop> {
  const pool = new pg.Pool({ connectionString: url });
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    order: (title, stock) =>
      db.insertInto('book').values({ title, stock }).returningAll().executeTakeFirstOrThrow(),
    sell: (title) =>
      db.transaction().execute(async (tx) => {
        const { id } = await tx
          .updateTable('book')
          .set((it) => ({ stock: it('stock', '-', 1) }))
          .where('title', '=', title)
          .returning('id')
          .executeTakeFirstOrThrow();
        await tx.insertInto('sale').values({ book_id: id }).execute();
      }),
    async stock(title) {
      const book = await db
        .selectFrom('book')
        .select('stock')
        .where('title', '=', title)
        .executeTakeFirst();
      return book?.stock;
    },
    close: () => db.destroy(),
  };
}
