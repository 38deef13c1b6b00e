import type { PGlite } from '@electric-sql/pglite';
import type { Sample } from './report.js';

const columns = ['id', 'full_name', 'email', 'phone', 'iban', 'hired_on'];

/** Employees by their number. */
export type Staff = ReadonlyMap<string, Record<string, string | null>>;

export async function readStaff(pglite: PGlite): Promise<Staff> {
  const list = columns.map((name) => `${name}::text`).join(', ');
  const { rows } = await pglite.query<Record<string, string | null>>(
    `SELECT ${list} FROM employees ORDER BY employees.id`,
  );
  return new Map(rows.map((row) => [String(row.id), row]));
}

/** One employee as production knows them, and as the test database does. */
export function compareStaff(before: Staff, after: Staff): Sample[] {
  // A name that every terminal can show, in columns that stay in line.
  const id = [...after.keys()].find((it) => {
    const { full_name, phone, iban } = before.get(it) ?? {};
    return /^[A-Za-zÀ-ž' -]+$/.test(full_name ?? '') && phone && iban;
  });
  if (id === undefined) return [];
  const text = (staff: Staff, column: string) => staff.get(id)?.[column] ?? 'NULL';
  return columns.map((column) => {
    return { column, before: text(before, column), after: text(after, column) };
  });
}
