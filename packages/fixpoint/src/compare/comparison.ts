import type { ChangeSet, SequenceChange, TableChanges } from '@hot-fixture/changes';
import { rowKey, type Schema, sameTable, type Table } from '@hot-fixture/database';
import { AcceptedCounts } from './accepted.js';
import type { Difference } from './difference.js';
import { type Domains, domainsOf, noDomains } from './domains.js';
import { Remainder } from './remainder.js';
import { findRenaming } from './rename.js';
import { ResolvedRules } from './resolve.js';
import type { CompareRules } from './rules.js';
import { type Sides, sidesOf } from './sides.js';
import type { Unchanged } from './unchanged.js';

/** A difference and its rules, made ready to be looked at once or twice. */
export class Comparison {
  readonly #found: ChangeSet;
  readonly #schema: Schema;
  readonly #rules: CompareRules;
  readonly #resolved: ResolvedRules;
  readonly #now: Date;
  readonly domains: Domains;
  readonly sides: readonly Sides[];

  constructor(found: ChangeSet, schema: Schema, rules: CompareRules) {
    this.#found = found;
    this.#schema = schema;
    this.#rules = rules;
    this.#now = rules.now ?? new Date();
    this.#resolved = new ResolvedRules(schema, rules);
    this.domains = rules.sameKeys ? domainsOf(schema, rules, this.#resolved) : noDomains;
    this.sides = found.tables
      .filter((table) => this.#resolved.isCompared(table))
      .map((table) => sidesOf(table, this.#resolved, this.domains));
  }

  /** What remains; with the rows around it, also where keys moved that both states have. */
  remaining(unchanged: Unchanged | null): Difference {
    const sides = unchanged ? this.#sidesWith(unchanged) : this.sides;
    const { domains } = this;
    const complete = unchanged?.complete ?? null;
    const renaming = findRenaming(sides, domains, complete, this.#now);
    const accepted = new AcceptedCounts();
    const tables = sides
      .map((it) => new Remainder(it, renaming, accepted, this.#now).changes())
      .filter((it) => it !== null);
    for (const table of this.#found.tables) {
      if (!this.#resolved.isCompared(table)) accepted.rows(table, 'not compared', rowsOf(table));
    }
    const sequences = this.#sequences(accepted);
    return {
      equal: tables.length === 0 && sequences.length === 0,
      changes: { dialect: this.#found.dialect, tables, sequences },
      accepted: accepted.list(),
    };
  }

  #sidesWith({ rows }: Unchanged): Sides[] {
    const more = new Map(rows);
    const known = this.sides.map((sides) => {
      const table = [...more.keys()].find((it) => sameTable(it, sides));
      const around = table ? (more.get(table) ?? []) : [];
      if (table) more.delete(table);
      return {
        ...sides,
        expected: [...sides.expected, ...around],
        found: [...sides.found, ...around],
      };
    });
    return [...known, ...[...more].map(([table, around]) => this.#around(table, around))];
  }

  #around(table: Table, around: Sides['expected']): Sides {
    const columns = table.columns.filter(({ generated }) => generated === null);
    const empty: TableChanges = {
      schema: table.schema,
      name: table.name,
      columns: columns.map(({ name }) => name),
      key: rowKey(table),
      inserted: [],
      updated: [],
      deleted: [],
    };
    const sides = sidesOf(empty, this.#resolved, this.domains);
    return { ...sides, expected: around, found: around };
  }

  /** A sequence that numbers a table that is not compared is not compared either. */
  #sequences(accepted: AcceptedCounts): SequenceChange[] {
    const rules = this.#rules;
    const how = rules.sequences ?? (rules.sameKeys ? 'ignore' : 'compare');
    return this.#found.sequences.filter((change) => {
      const owner = this.#schema.sequences.find((it) => sameTable(it, change))?.ownedBy?.table;
      const isCompared = owner ? this.#resolved.isCompared(owner) : rules.tables === undefined;
      if (!isCompared) accepted.rows(change, 'not compared', 1);
      else if (how === 'ignore') accepted.rows(change, 'ignored', 1);
      return isCompared && how === 'compare';
    });
  }
}

export function rowsOf({ inserted, updated, deleted }: TableChanges): number {
  return inserted.length + updated.length + deleted.length;
}
