import { EntitySchema, MikroORM } from '@mikro-orm/postgresql';
import type { Book, Shop } from './shop.js';

const BookEntity = new EntitySchema<Book>({
  name: 'Book',
  tableName: 'book',
  properties: {
    id: { type: 'integer', primary: true, autoincrement: true },
    title: { type: 'text' },
    stock: { type: 'integer' },
  },
});
const SaleEntity = new EntitySchema<{ id: number; bookId: number }>({
  name: 'Sale',
  tableName: 'sale',
  properties: {
    id: { type: 'integer', primary: true, autoincrement: true },
    bookId: { type: 'integer', fieldName: 'book_id' },
  },
});

export async function withMikroOrm(url: string): Promise<Shop> {
  const orm = await MikroORM.init({ clientUrl: url, entities: [BookEntity, SaleEntity] });
  return {
    async order(title, stock) {
      const em = orm.em.fork();
      const book = em.create(BookEntity, { title, stock } as Book);
      await em.flush();
      return book;
    },
    sell: (title) =>
      orm.em.fork().transactional(async (em) => {
        const book = await em.findOneOrFail(BookEntity, { title });
        book.stock -= 1;
        em.create(SaleEntity, { bookId: book.id } as never);
      }),
    stock: async (title) => (await orm.em.fork().findOne(BookEntity, { title }))?.stock,
    close: () => orm.close(),
  };
}
