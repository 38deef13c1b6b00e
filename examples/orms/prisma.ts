import { PrismaPg } from '@prisma/adapter-pg';
import type { Shop } from './shop.js';

/** What `prisma generate` writes: it is not in the repository. */
const generated = './prisma/generated/client.js';

export async function withPrisma(url: string): Promise<Shop> {
  const { PrismaClient } = await import(generated);
  const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url }) });
  return {
    order: (title, stock) => prisma.book.create({ data: { title, stock } }),
    async sell(title) {
      await prisma.book.update({
        where: { title },
        data: { stock: { decrement: 1 }, sales: { create: {} } },
      });
    },
    stock: async (title) => (await prisma.book.findUnique({ where: { title } }))?.stock,
    close: () => prisma.$disconnect(),
  };
}
