import { DataTypes, Sequelize } from 'sequelize';
import type { Shop } from './shop.js';

export async function withSequelize(url: string): Promise<Shop> {
  const sequelize = new Sequelize(url, { logging: false });
  const tables = { freezeTableName: true, timestamps: false };
  const id = {
    type: DataTypes.INTEGER,
    primaryKey: true,
    autoIncrementIdentity: true,
    autoIncrement: true,
  };
  const Book = sequelize.define(
    'book',
    { id, title: DataTypes.TEXT, stock: DataTypes.INTEGER },
    tables,
  );
  const Sale = sequelize.define('sale', { id, book_id: DataTypes.INTEGER }, tables);
  return {
    async order(title, stock) {
      const made = await Book.create({ title, stock });
      return made.get() as { id: number; title: string };
    },
    sell: (title) =>
      sequelize.transaction(async (transaction) => {
        const book = await Book.findOne({ where: { title }, rejectOnEmpty: true, transaction });
        await book.decrement('stock', { transaction });
        await Sale.create({ book_id: book.get('id') }, { transaction });
      }),
    async stock(title) {
      const book = await Book.findOne({ where: { title } });
      return book?.get('stock') as number | undefined;
    },
    close: () => sequelize.close(),
  };
}
