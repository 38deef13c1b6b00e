import { HfitError } from '@hot-fixture/errors';
import type { ColumnFacts } from '../column.js';
import type { Block } from './block.js';
import { type Decision, strictest } from './decision.js';
import type { VolumeRules } from './files.js';
import { type Proposal, pasteable } from './paste.js';

export interface ClassifiedColumn {
  /** `file:line:column`. */
  readonly where: string;
  readonly decision: Decision;
}

export type TableBlock = Block<ClassifiedColumn>;

/** What becomes of each column. What nothing classifies is denied. Made by `parsePolicy`. */
export class Policy {
  /** How the policy is called in errors. */
  readonly file: string;
  readonly #databases: Block<Block<TableBlock>>;
  readonly #volumes: VolumeRules;

  constructor(file: string, databases: Block<Block<TableBlock>>, volumes: VolumeRules = new Map()) {
    this.file = file;
    this.#databases = databases;
    this.#volumes = volumes;
  }

  /**
   * What becomes of a column. Where several lines classify it, under the name of the database and
   * under `*` or in several spellings of the table, the strictest wins: deny, then mask, then keep.
   * @param tableNames all spellings that mean the table
   */
  decide(
    database: string,
    tableNames: readonly string[],
    column: Pick<ColumnFacts, 'name'>,
  ): Decision {
    const decisions = this.#tables(database, tableNames).flatMap((table) => {
      const name = matching(column.name, [...table.of.keys()]);
      return name === null ? [] : [table.of.get(name)!.decision];
    });
    return strictest(decisions) ?? { kind: 'deny', explicit: false };
  }

  /**
   * What becomes of a file of a volume. It is denied where a pattern denies it or none keeps it.
   * @param path below the folder of the volume, with `/` between the names
   */
  decideFile(volume: string, path: string): 'keep' | 'deny' {
    const rules = [...new Set([volume, '*'])].flatMap((name) => this.#volumes.get(name) ?? []);
    const decisions = rules.filter(({ pattern }) => pattern.test(path)).map((it) => it.decision);
    return decisions.includes('keep') && !decisions.includes('deny') ? 'keep' : 'deny';
  }

  /** The columns of a table that the policy names, in its spelling, each once. */
  columnsOf(database: string, tableNames: readonly string[]): string[] {
    const tables = this.#tables(database, tableNames);
    return [...new Set(tables.flatMap((table) => [...table.of.keys()]))];
  }

  /**
   * Checks the names of a table's columns against the table.
   * @param columns all that the table has
   * @throws HFIT_POLICY_COLUMN for one that the table does not have, HFIT_POLICY_COLUMN_CASE where
   *   a line would classify two columns that differ in upper and lower case only
   */
  checkColumns(database: string, tableNames: readonly string[], columns: readonly string[]): void {
    const table = tableNames[0] ?? '';
    for (const { of } of this.#tables(database, tableNames)) {
      const named = [...of.keys()];
      const matched = new Map<string, string>();
      for (const column of columns) {
        const name = matching(column, named);
        if (name === null) continue;
        const other = matched.get(name);
        if (other !== undefined) {
          const values = { table, column, other };
          throw new HfitError('HFIT_POLICY_COLUMN_CASE', values, { where: of.get(name)!.where });
        }
        matched.set(name, column);
      }
      const unknown = named.find((name) => !matched.has(name));
      if (unknown !== undefined) {
        const values = { table, column: unknown, columns: columns.join(', ') };
        throw new HfitError('HFIT_POLICY_COLUMN', values, { where: of.get(unknown)!.where });
      }
    }
  }

  /** What to paste into the policy, and where, so that it classifies a column that it does not. */
  lineToAdd(database: string, table: string, column: string): string {
    const deny = [{ column, as: 'deny' }];
    return pasteable(this.file, this.#databases, database, table, deny, 'or keep, or a masker');
  }

  /**
   * How to let columns leave that the policy denies: what to write instead of each line that does,
   * and what to paste for those that no line classifies.
   */
  linesToLeave(
    database: string,
    tableNames: readonly string[],
    columns: readonly Proposal[],
  ): string {
    const tables = this.#tables(database, tableNames);
    const denying = ({ column }: Proposal) =>
      tables.flatMap(({ of }) => {
        const line = of.get(matching(column, [...of.keys()]) ?? '');
        return line?.decision.kind === 'deny' ? [line.where] : [];
      });
    const instead = columns.flatMap((it) =>
      denying(it).map((where) => `# ${where}, instead of deny:\n${it.column}: ${it.as}`),
    );
    const forgotten = columns.filter((it) => denying(it).length === 0);
    if (forgotten.length === 0) return instead.join('\n');
    const table = tableNames[0] ?? '';
    const hint = 'or keep, or another masker';
    const added = pasteable(this.file, this.#databases, database, table, forgotten, hint);
    return [...instead, added].join('\n');
  }

  /**
   * The tables that the policy names under a database and that it does not have.
   * @param tableNames all spellings of all its tables
   */
  unknownTables(database: string, tableNames: Iterable<string>): { name: string; where: string }[] {
    const known = new Set(tableNames);
    const named = [...(this.#databases.of.get(database)?.of ?? [])];
    return named
      .filter(([name]) => !known.has(name))
      .map(([name, { at }]) => ({ name, where: at.where }));
  }

  /** What is said of the table: of the database by its name first, then of any. */
  #tables(database: string, tableNames: readonly string[]): TableBlock[] {
    return [...new Set([database, '*'])].flatMap((name) => {
      const tables = this.#databases.of.get(name)?.of;
      return [...new Set(tableNames)].flatMap((table) => tables?.get(table) ?? []);
    });
  }
}

/** The name that means the column: in its own spelling, or else the only one in another case. */
function matching(column: string, names: readonly string[]): string | null {
  if (names.includes(column)) return column;
  const folded = column.toLowerCase();
  const alike = names.filter((name) => name.toLowerCase() === folded);
  return alike.length === 1 ? alike[0]! : null;
}
