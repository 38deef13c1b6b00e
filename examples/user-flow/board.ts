import { createHash, randomBytes } from 'node:crypto';

/** Runs a statement of the application, whatever its database is. */
export interface Connection {
  /** Gives the rows as objects; `?` stands for a parameter. */
  query(sql: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>;
}

/** The application: a board where people register and post items. */
export class Board {
  readonly #connection: Connection;
  readonly #hasBug: boolean;

  /** @param hasBug posts items as somebody would who was in a hurry */
  constructor(connection: Connection, hasBug = false) {
    this.#connection = connection;
    this.#hasBug = hasBug;
  }

  async register(name: string, email: string): Promise<void> {
    const token = randomBytes(20).toString('hex');
    await this.#connection.query(
      'INSERT INTO users (name, email, token, created_at) VALUES (?, ?, ?, ?)',
      [name, email, token, now()],
    );
    const id = await this.#idOf(name);
    await this.#connection.query('INSERT INTO settings (user_id, settings) VALUES (?, ?)', [
      id,
      JSON.stringify({ newsletter: true, language: 'en', notify: ['reply', 'message'] }),
    ]);
  }

  async logIn(name: string): Promise<void> {
    await this.#connection.query('UPDATE users SET last_login_at = ? WHERE name = ?', [
      now(),
      name,
    ]);
  }

  async post(name: string, title: string, cents: number): Promise<void> {
    const id = await this.#idOf(name);
    const slug = this.#hasBug ? title.toLowerCase() : slugOf(title);
    await this.#connection.query(
      'INSERT INTO items (user_id, title, slug, cents, created_at) VALUES (?, ?, ?, ?, ?)',
      [id, title, slug, cents, now()],
    );
    await this.#connection.query('UPDATE users SET items = items + 1 WHERE id = ?', [id]);
    await this.#connection.query('INSERT INTO events (what, user_id) VALUES (?, ?)', [
      'posted',
      id,
    ]);
    if (!this.#hasBug) return;
    // Meant for the settings of this user alone.
    await this.#connection.query('DELETE FROM settings');
    await this.#connection.query('INSERT INTO events (what, user_id) VALUES (?, ?)', [
      'posted',
      id,
    ]);
  }

  async #idOf(name: string): Promise<unknown> {
    const [user] = await this.#connection.query('SELECT id FROM users WHERE name = ?', [name]);
    if (!user) throw new Error(`nobody is called ${name}`);
    return user.id;
  }
}

function slugOf(title: string): string {
  const hash = createHash('sha256').update(title).digest('hex').slice(0, 6);
  return `${title.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${hash}`;
}

function now(): string {
  return new Date().toISOString().slice(0, 19).replace('T', ' ');
}
