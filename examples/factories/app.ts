import BetterSqlite3 from 'better-sqlite3';

/** The code under test: it opens the database by its path, and knows nothing of factories. */
export class Shop {
  readonly #database: BetterSqlite3.Database;

  constructor(url: string) {
    this.#database = new BetterSqlite3(url.replace(/^sqlite:/, ''));
  }

  /** What the order costs, in cents: gold customers pay a tenth less. */
  total(order: number): number {
    const row = this.#database
      .prepare(
        `SELECT sum(line.pieces * product.cents) AS cents, customer.level FROM line
         JOIN product ON product.id = line.product_id JOIN orders ON orders.id = line.order_id
         JOIN customer ON customer.id = orders.customer_id WHERE orders.id = ?`,
      )
      .get(order) as { cents: number; level: string };
    return row.level === 'gold' ? Math.round(row.cents * 0.9) : row.cents;
  }

  /** Cancels what is open of one company, and tells how many that were. */
  cancelAll(company: number): number {
    const cancel = `UPDATE orders SET status = 'cancelled' WHERE company_id = ? AND status = 'open'`;
    return this.#database.prepare(cancel).run(company).changes;
  }

  close(): void {
    this.#database.close();
  }
}
