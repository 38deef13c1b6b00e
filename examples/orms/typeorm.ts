import { DataSource, EntitySchema } from 'typeorm';
import type { Book, Shop } from './shop.js';

const BookEntity = new EntitySchema<Book>({
  name: 'book',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    title: { type: 'text' },
    stock: { type: 'integer' },
  },
});
const SaleEntity = new EntitySchema<{ id: number; bookId: number }>({
  name: 'sale',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    bookId: { type: 'integer', name: 'book_id' },
  },
});

export async function withTypeorm(url: string): Promise<Shop> {
  const source = new DataSource({ type: 'postgres', url, entities: [BookEntity, SaleEntity] });
  await source.initialize();
  const books = source.getRepository(BookEntity);
  return {
    order: (title, stock) => books.save({ title, stock }),
    sell: (title) =>
      source.transaction(async (manager) => {
        const book = await manager.findOneByOrFail(BookEntity, { title });
        book.stock -= 1;
        await manager.save(BookEntity, book);
        await manager.insert(SaleEntity, { bookId: book.id });
      }),
    stock: async (title) => (await books.findOneBy({ title }))?.stock,
    close: () => source.destroy(),
  };
}
