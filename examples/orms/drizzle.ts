import { eq, sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { integer, pgTable, text } from 'drizzle-orm/pg-core';
import pg from 'pg';
import type { Shop } from './shop.js';

const book = pgTable('book', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  title: text().notNull(),
  stock: integer().notNull(),
});
const sale = pgTable('sale', {
  id: integer().primaryKey().generatedAlwaysAsIdentity(),
  bookId: integer('book_id').notNull(),
});

export async function withDrizzle(url: string): Promise<Shop> {
  const pool = new pg.Pool({ connectionString: url });
  const db = drizzle({ client: pool });
  return {
    async order(title, stock) {
      const [made] = await db.insert(book).values({ title, stock }).returning();
      return made!;
    },
    sell: (title) =>
      db.transaction(async (tx) => {
        const [sold] = await tx
          .update(book)
          .set({ stock: sql`${book.stock} - 1` })
          .where(eq(book.title, title))
          .returning();
        await tx.insert(sale).values({ bookId: sold!.id });
      }),
    async stock(title) {
      const [found] = await db.select().from(book).where(eq(book.title, title));
      return found?.stock;
    },
    close: () => pool.end(),
  };
}
