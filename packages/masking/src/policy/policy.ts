import { HfitError } from '@hot-fixture/errors';
import { type Decision, strictest } from './decision.js';
import { decideFile, type FileDecision, type VolumeRules } from './files.js';
import {
  type DatabasesBlock,
  entriesFor,
  isPattern,
  type Line,
  linesFor,
  literal,
  matching,
  type NamedColumn,
  namedIn,
  type TableBlock,
} from './lines.js';
import { type Proposal, pasteable } from './paste.js';

/** What one file says. */
export interface PolicyFile {
  /** How it is called in errors. */
  readonly file: string;
  readonly databases: DatabasesBlock;
  readonly volumes: VolumeRules;
}

/** A column that a policy is asked about, and what it says. */
export interface Decided {
  readonly database: string;
  readonly tableNames: readonly string[];
  readonly column: NamedColumn;
  readonly decision: Decision;
}

/** What becomes of each column. What nothing classifies is denied. Made by `parsePolicy`. */
export class Policy {
  readonly #files: readonly PolicyFile[];
  readonly #denies: ((it: Decided) => boolean) | null;

  constructor(files: readonly PolicyFile[], denies: ((it: Decided) => boolean) | null = null) {
    this.#files = files;
    this.#denies = denies;
  }

  /**
   * Several policies as one: each of them may deny or mask what another keeps. Where they differ,
   * the strictest line wins, whosoever it is.
   */
  static together(policies: readonly Policy[]): Policy {
    const denying = policies.flatMap((policy) => policy.#denies ?? []);
    return new Policy(
      policies.flatMap((policy) => policy.#files),
      denying.length > 0 ? (it) => denying.some((denies) => denies(it)) : null,
    );
  }

  /** The same policy, which also denies each column that `denies` says yes to. */
  stricter(denies: (it: Decided) => boolean): Policy {
    const before = this.#denies;
    return new Policy(this.#files, before ? (it) => before(it) || denies(it) : denies);
  }

  /**
   * What becomes of a column. Where several lines classify it, the strictest wins: deny, then mask,
   * then keep. Of several maskers it is that of the closest line: its name before a pattern of
   * names, then its type, then its kind; and then the line that is found first.
   * @param tableNames all spellings that mean the table
   */
  decide(database: string, tableNames: readonly string[], column: NamedColumn): Decision {
    const lines = this.#lines(database, tableNames, column);
    const said = strictest(lines.map((it) => it.decision));
    const decision = said ?? { kind: 'deny', explicit: false };
    if (decision.kind === 'deny' || !this.#denies) return decision;
    return this.#denies({ database, tableNames, column, decision })
      ? { kind: 'deny', explicit: true }
      : decision;
  }

  /** Where the line stands that decides about a column, as `file:line:column`; null where none does. */
  placeOf(database: string, tableNames: readonly string[], column: NamedColumn): string | null {
    const lines = this.#lines(database, tableNames, column);
    const decision = strictest(lines.map((it) => it.decision));
    return lines.find((it) => it.decision === decision)?.where ?? null;
  }

  /**
   * What becomes of a file of a volume: the strictest of what the patterns say that fit it; denied
   * where none does.
   * @param path below the folder of the volume, with `/` between the names
   */
  decideFile(volume: string, path: string): FileDecision {
    return decideFile(
      this.#files.map((it) => it.volumes),
      volume,
      path,
    );
  }

  /** The columns of a table that the policy names, in its spelling, each once; patterns are none. */
  columnsOf(database: string, tableNames: readonly string[]): string[] {
    const names = this.#tables(database, tableNames).flatMap((table) => [...table.of.keys()]);
    return [...new Set(names.filter((name) => !isPattern(name)).map(literal))];
  }

  /**
   * Checks the names of a table's columns against the table. A pattern may fit none.
   * @param columns all that the table has
   * @throws HFIT_POLICY_COLUMN for one that the table does not have, HFIT_POLICY_COLUMN_CASE where
   *   a line would classify two columns that differ in upper and lower case only
   */
  checkColumns(database: string, tableNames: readonly string[], columns: readonly string[]): void {
    const table = tableNames[0] ?? '';
    for (const { of } of this.#tables(database, tableNames, 'named')) {
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
      const unknown = named.find((name) => !matched.has(name) && !isPattern(name));
      if (unknown !== undefined) {
        const values = { table, column: literal(unknown), columns: columns.join(', ') };
        throw new HfitError('HFIT_POLICY_COLUMN', values, { where: of.get(unknown)!.where });
      }
    }
  }

  /** What to paste into the policy, and where, so that it classifies a column that it does not. */
  lineToAdd(database: string, table: string, column: string): string {
    return this.#pasteable(database, table, [{ column, as: 'deny' }], 'or keep, or a masker');
  }

  /**
   * How to let columns leave that the policy denies: what to write instead of each line that does,
   * and what to paste for those that no line classifies.
   */
  linesToLeave(
    database: string,
    tableNames: readonly string[],
    columns: readonly (Proposal & Partial<NamedColumn>)[],
  ): string {
    const denying = ({ column, ...facts }: Proposal & Partial<NamedColumn>) => {
      const asked = { ...facts, name: column };
      const lines = this.#lines(database, tableNames, asked);
      return lines.filter(({ decision }) => decision.kind === 'deny');
    };
    const instead = columns.flatMap((it) =>
      denying(it).map(({ name, where }) =>
        isPattern(name)
          ? `# ${where}, "${name}": deny fits it, and wins: write it so that it does not fit ${it.column}`
          : `# ${where}, instead of deny:\n${it.column}: ${it.as}`,
      ),
    );
    const isNamed = (it: Proposal) => denying(it).some(({ name }) => !isPattern(name));
    const forgotten = columns.filter((it) => !isNamed(it));
    if (forgotten.length === 0) return instead.join('\n');
    const hint = 'or keep, or another masker';
    return [...instead, this.#pasteable(database, tableNames[0] ?? '', forgotten, hint)].join('\n');
  }

  /**
   * The tables that the policy names under a database and that it does not have.
   * @param tableNames all spellings of all its tables
   */
  unknownTables(database: string, tableNames: Iterable<string>): { name: string; where: string }[] {
    const known = new Set(tableNames);
    return this.#files.flatMap(({ databases }) =>
      [...(databases.of.get(database)?.of ?? [])]
        .filter(([name]) => !known.has(name) && !isPattern(name))
        .map(([name, { at }]) => ({ name, where: at.where })),
    );
  }

  /** Whether it says anything of a database, by its name or a pattern. */
  knows(database: string): boolean {
    return this.#files.some(({ databases }) => entriesFor(databases.of, [database]).length > 0);
  }

  /** Into the file that knows the table, or else the database, or else the first. */
  #pasteable(database: string, table: string, columns: readonly Proposal[], hint: string): string {
    const knows = ({ databases }: PolicyFile) => databases.of.get(database);
    const into =
      this.#files.find((it) => knows(it)?.of.has(table)) ??
      this.#files.find(knows) ??
      this.#files[0]!;
    return pasteable(into.file, into.databases, database, table, columns, hint);
  }

  /** All lines that classify a column, the closest first. */
  #lines(database: string, tableNames: readonly string[], column: NamedColumn): Line[] {
    const lines = this.#tables(database, tableNames).flatMap((table) => linesFor(table, column));
    return lines.sort((a, b) => a.closeness - b.closeness);
  }

  /**
   * What is said of the table: of the database by its name first, then of any.
   * @param which `named` leaves out what a pattern says of several tables
   */
  #tables(database: string, tableNames: readonly string[], which?: 'named'): TableBlock[] {
    return this.#files.flatMap(({ databases }) =>
      entriesFor(databases.of, [database]).flatMap(({ of }) =>
        which === 'named' ? namedIn(of, tableNames) : entriesFor(of, tableNames),
      ),
    );
  }
}
