import pg from 'pg';

/** The code under test: it has a pool of its own, and commits. */
export class Shop {
  /** @param {string} url */
  constructor(url) {
    this.pool = new pg.Pool({ connectionString: url, max: 2 });
    // A server that drops the database ends idle connections, too.
    this.pool.on('error', () => {});
  }

  /** @param {string} title */
  async sell(title) {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN');
      const { rows } = await client.query(
        'UPDATE book SET stock = stock - 1 WHERE title = $1 RETURNING id',
        [title],
      );
      await client.query('INSERT INTO sale (book_id) VALUES ($1)', [rows[0].id]);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK');
      throw error;
    } finally {
      client.release();
    }
  }

  /** @param {string} title @param {number} stock */
  async order(title, stock) {
    const { rows } = await this.pool.query(
      'INSERT INTO book (title, stock) VALUES ($1, $2) RETURNING id, title, stock',
      [title, stock],
    );
    return rows[0];
  }

  /** @param {string} title @returns {Promise<number>} */
  async stock(title) {
    const { rows } = await this.pool.query('SELECT stock FROM book WHERE title = $1', [title]);
    return rows[0]?.stock;
  }

  async close() {
    await this.pool.end();
  }
}
