import type { Session } from '../driver.js';
import type { Row } from '../model.js';
import { quote } from './quote.js';

/** What reads, looks on, or is nothing at all. Routines are not looked at: none of ours calls one. */
const harmless = new Set([
  'SELECT',
  'USAGE',
  'SHOW VIEW',
  'SHOW DATABASES',
  'SHOW_ROUTINE',
  'SHOW CREATE ROUTINE',
  'PROCESS',
  'EXECUTE',
  'LOCK TABLES',
  'REPLICATION CLIENT',
  'BINLOG MONITOR',
  'SLAVE MONITOR',
  'REPLICA MONITOR',
]);

/** What an account may do, itself or by its roles, that is more than reading. */
export async function powers(session: Session): Promise<string[]> {
  const found = new Set<string>();
  const seen = new Set<string>();
  const read = async (lines: readonly Row[]): Promise<void> => {
    const roles: string[] = [];
    for (const [line] of lines) {
      const text = String(line);
      const [, list, on] = /^GRANT (.+?) ON (.+?) TO /s.exec(text) ?? [];
      if (list === undefined) {
        roles.push(...rolesIn(text));
        continue;
      }
      // The columns of a privilege stand in parentheses behind it.
      for (const one of list.replace(/\([^)]*\)/g, '').split(',')) {
        const privilege = one.trim().toUpperCase();
        if (!harmless.has(privilege)) found.add(`it has ${privilege} on ${on}`);
      }
      if (/ WITH GRANT OPTION\b/.test(text)) found.add(`it may grant what it has on ${on}`);
    }
    for (const role of roles) {
      if (seen.has(role)) continue;
      seen.add(role);
      const inside = await grantsOf(session, role);
      if (inside) await read(inside);
      else found.add(`it has the role ${role}, into which it cannot look`);
    }
  };
  await read(await session.query('SHOW GRANTS'));
  return [...found].slice(0, 6);
}

/** What a role of the account may do: each server has its own way to be asked. */
async function grantsOf(session: Session, role: string): Promise<Row[] | null> {
  try {
    return await session.query(`SHOW GRANTS FOR CURRENT_USER() USING ${role}`);
  } catch {
    // MariaDB tells of a role that is taken on.
  }
  try {
    const before = (await session.query('SELECT CURRENT_ROLE()'))[0]?.[0];
    await session.run(`SET ROLE ${role}`);
    const lines = await session.query('SHOW GRANTS FOR CURRENT_ROLE');
    await session.run(`SET ROLE ${before ? quote(String(before)) : 'NONE'}`);
    return lines;
  } catch {
    return null;
  }
}

/** Of `GRANT r1, 'r2'@'%' TO …`, in quotes of ours. */
function rolesIn(text: string): string[] {
  const list = /^GRANT (.+?) TO /s.exec(text)?.[1];
  if (list === undefined) return [];
  return list.split(/,\s*/).map((role) =>
    role
      .split('@')
      .map((part) => quote(part.replace(/^[`'"]|[`'"]$/g, '')))
      .join('@'),
  );
}
