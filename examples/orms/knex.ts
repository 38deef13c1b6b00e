import knex from 'knex';
import type { Shop } from './shop.js';

export async function withKnex(url: string): Promise<Shop> {
  const db = knex({ client: 'pg', connection: url });
  return {
    async order(title, stock) {
      const [made] = await db('book').insert({ title, stock }).returning(['id', 'title']);
      return made;
    },
    sell: (title) =>
      db.transaction(async (tx) => {
        const [sold] = await tx('book').where({ title }).decrement('stock').returning('id');
        await tx('sale').insert({ book_id: sold.id });
      }),
    async stock(title) {
      const found = await db('book').where({ title }).first('stock');
      return found?.stock;
    },
    close: () => db.destroy(),
  };
}
