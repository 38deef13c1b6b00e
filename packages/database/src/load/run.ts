import type { Session } from '../driver.js';

export async function runAll(session: Session, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await session.run(statement);
}
