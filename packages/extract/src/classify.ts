import {
  assertOwnColumns,
  type Column,
  columnsOf,
  type FieldChange,
  type Filter,
  findColumn,
  type HiddenColumns,
  qualified,
  type Row,
  rowKey,
  type Spelling,
  type Step,
  type Table,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import {
  type BoundMask,
  bindMasker,
  type ColumnFacts,
  type Decision,
  type MaskDecision,
  type MaskerChoice,
  type MaskingKey,
  type Policy,
  proposalFor,
  writtenAs,
} from '@hot-fixture/masking';
import { tellingOfDomains, tells, withoutTellingRules } from './defaults.js';
import { assertJoins, references } from './masked-keys.js';
import { placed } from './placed.js';
import { type Source, spellings } from './source.js';
import { factsOf, roomOf, targetOf } from './target.js';
import { brokenUnique, keepsApart } from './uniques.js';

/** What a mask is made from, to make it elsewhere too. */
export interface Recipe {
  readonly choice: MaskerChoice;
  readonly facts: ColumnFacts;
}

/** What of a table may leave, and how. */
export interface ClassifiedTable {
  readonly source: Source;
  readonly table: Table;
  /** Those that leave, in the order of the table. */
  readonly columns: readonly Column[];
  /** Those that the policy denies; generated columns are not among them: they are never sent. */
  readonly denied: readonly Column[];
  /** The masker of each of `columns`; null where the value is kept. */
  masks: readonly (BoundMask | null)[];
  /** What each of `masks` was bound with. */
  recipes: readonly (Recipe | null)[];
  /** The masked keys that are read as the rows spell them that they point to. */
  spelling: Spelling;
  readonly decisions: ReadonlyMap<string, Decision>;
  /** What made them. */
  readonly policy: Policy;
}

/** Asks the policy about every column of a table. */
export function classify(source: Source, table: Table, policy: Policy): ClassifiedTable {
  const names = spellings(source.schema, table);
  policy.checkColumns(
    source.name,
    names,
    table.columns.map(({ name }) => name),
  );
  const decisions = new Map<string, Decision>();
  for (const column of table.columns) {
    decisions.set(column.name, policy.decide(source.name, names, factsOf(table, column)));
  }
  const sent = table.columns.filter(({ generated }) => !generated);
  const isDenied = ({ name }: Column) => decisions.get(name)?.kind === 'deny';
  return {
    source,
    table,
    columns: sent.filter((column) => !isDenied(column)),
    denied: sent.filter(isDenied),
    masks: [],
    recipes: [],
    spelling: new Map(),
    decisions,
    policy,
  };
}

/**
 * Binds the maskers of tables that travel together, and checks that rows can be loaded without
 * what is denied and that masked keys still join.
 * @throws HFIT_POLICY_REQUIRED, HFIT_POLICY_KEYS_DIFFER, HFIT_POLICY_KEYS_UNFIT, HFIT_MASKER_UNFIT
 */
export function bindMasks(
  tables: readonly ClassifiedTable[],
  policy: Policy,
  key: MaskingKey,
): void {
  const referenced = new Set<Column>();
  for (const reference of references(tables)) {
    const { it, column, targetColumn } = reference;
    assertJoins(tables, reference, policy, key);
    if (it.decisions.get(column.name)?.kind !== 'deny') referenced.add(targetColumn);
  }
  assertNoneRequired(tables, referenced, policy);
  maskAlike(tables, key);
}

/** Binds the maskers of tables, so that a value has the same mask in each. */
export function maskAlike(tables: readonly ClassifiedTable[], key: MaskingKey): void {
  for (const it of tables) {
    const spelling = new Map<string, readonly Step[]>();
    const recipes = new Map<Column, Recipe>();
    it.masks = it.columns.map((column) => {
      const decision = it.decisions.get(column.name) as Decision;
      if (decision.kind !== 'mask') return null;
      const target = targetOf(tables, it, column);
      // Numbers and uuids have one spelling.
      if (target && column.kind === 'text') spelling.set(column.name, target.steps);
      const maxLength = roomOf(it.source.schema, it.table, column);
      const facts = { ...factsOf(it.table, column), maxLength, ...target?.facts };
      return placed(nameOf(it, column.name), () => {
        assertStaysUnique(it.table, column, decision);
        recipes.set(column, { choice: decision, facts });
        return bindMasker(decision, facts, key, it.columns);
      });
    });
    it.recipes = it.columns.map((column) => recipes.get(column) ?? null);
    it.spelling = spelling;
  }
}

/** The table as it is made elsewhere: its definition tells no value of what does not leave as it is. */
export function definedAs(it: ClassifiedTable): Table {
  const { source, table, decisions } = it;
  const { dialect } = source.database;
  const hidden = table.columns
    .filter(({ name }) => decisions.get(name)?.kind !== 'keep')
    .map((column) => (tells(column) ? column : { ...column, default: null }));
  const ruled = withoutTellingRules(dialect, table, hidden);
  const defined = dialect.withoutDefaults(withoutTellingDomains(ruled, it), hidden);
  // The model of a column tells its default as the statement does.
  const telling = new Set(hidden.filter((it) => it.default !== null).map(({ name }) => name));
  const columns = defined.columns.map((it) =>
    telling.has(it.name) ? { ...it, default: null } : it,
  );
  return { ...defined, columns };
}

/**
 * The table without what a domain tells that any hidden column of the source is of: tables share
 * their domains, and the first that is made decides for all.
 */
function withoutTellingDomains(table: Table, it: ClassifiedTable): Table {
  const { dialect } = it.source.database;
  return dialect.withoutDomains?.(table, () => hiddenOf(it), tellingOfDomains) ?? table;
}

const hiddenColumns = new WeakMap<Source, readonly HiddenColumns[]>();

/** What does not leave as it is, in all tables of a source: of one run, which has one policy. */
function hiddenOf({ source, policy }: ClassifiedTable): readonly HiddenColumns[] {
  const known = hiddenColumns.get(source);
  if (known) return known;
  const { schema } = source;
  const seen = schema.tables.map((table) => {
    const names = spellings(schema, table);
    const isKept = (column: Column) =>
      policy.decide(source.name, names, factsOf(table, column)).kind === 'keep';
    return { table, columns: table.columns.filter((column) => !isKept(column)) };
  });
  const hidden = [...seen, ...source.hidden.map((table) => ({ table, columns: table.columns }))];
  hiddenColumns.set(source, hidden);
  return hidden;
}

/** Masks a row: the values of `columns`, in their order. */
export function maskRow(masks: readonly (BoundMask | null)[], row: Row): Row {
  return row.map((value, i) => {
    const mask = masks[i];
    return mask && value !== null ? mask(value, row) : value;
  });
}

/** The same for rows that travel as bytes. */
export function fieldChange(masks: readonly (BoundMask | null)[]): FieldChange {
  return { reads: masks.flatMap((mask) => mask?.reads ?? []), fields: masks };
}

/** What a run should tell about columns that stay behind: one line for all that are denied on purpose. */
export function warningsOf(it: ClassifiedTable, policy: Policy): string[] {
  const isMeant = ({ name }: Column) => {
    const decision = it.decisions.get(name);
    return decision?.kind === 'deny' && decision.explicit;
  };
  const meant = it.denied.filter(isMeant).map(({ name }) => name);
  const where = `${it.source.name}: ${qualified(it.table)}`;
  const forgotten = it.denied.filter((column) => !isMeant(column));
  return [
    ...forgotten.map(({ name }) => {
      const line = policy.lineToAdd(it.source.name, qualified(it.table), name);
      return `column ${nameOf(it, name)} was left out: no policy classifies it; to classify it add:\n${line}`;
    }),
    ...(meant.length > 0
      ? [`${where} comes without ${meant.join(', ')}: the policy denies it`]
      : []),
  ];
}

/**
 * Refuses a filter that looks at values which may not be seen: which rows come would tell them.
 * @throws HFIT_POLICY_FILTER, HFIT_COLUMN_UNKNOWN
 */
export function assertMayFilter(it: ClassifiedTable, filter: Filter): void {
  assertOwnColumns(filter, it.table, it.source.schema);
  assertKept(it, columnsOf(filter));
}

/** @throws HFIT_POLICY_FILTER, HFIT_COLUMN_UNKNOWN */
export function assertKept(it: ClassifiedTable, names: readonly string[]): void {
  for (const name of names) {
    const column = findColumn(it.table, name);
    if (it.decisions.get(column.name)?.kind === 'keep') continue;
    const values = { column: nameOf(it, column.name), reason: whyNotKept(it, column) };
    throw new HfitError('HFIT_POLICY_FILTER', values);
  }
}

/** Where no line is about the column, a name of the policy may be misspelt. */
function whyNotKept({ source, decisions, policy }: ClassifiedTable, { name }: Column): string {
  const decision = decisions.get(name);
  if (decision?.kind !== 'deny' || decision.explicit) return 'the policy does not keep it';
  return ['no line of the policy is about it', ...misspelt(source, policy)].join('; ');
}

/** What the policy names and is not there: what it meant is denied, whatever its lines say. */
export function misspelt({ name, schema, hidden }: Source, policy: Policy): string[] {
  if (!policy.knows(name)) return [`the policy says nothing of a database "${name}"`];
  // What is hidden is not told to be misspelt either.
  if (hidden.length > 0) return [];
  const names = schema.tables.flatMap((table) => spellings(schema, table));
  return policy
    .unknownTables(name, names)
    .map((it) => `${it.where}: the policy names a table "${it.name}", and ${name} has none`);
}

/**
 * Whether the order of the rows tells nothing that the policy hides: rows are read by their key, so
 * it must be one that the policy keeps.
 */
export function orderIsKept({ table, decisions }: ClassifiedTable): boolean {
  return keyNames(table).every((name) => decisions.get(name)?.kind === 'keep');
}

/** The columns that rows are read by; a primary key of SQLite may hold nulls. */
export function keyNames(table: Table): readonly string[] {
  return table.primaryKey?.columns ?? rowKey(table) ?? [];
}

/** @throws HFIT_MASKER_UNFIT where a unique index asks for more than values that differ */
function assertStaysUnique(table: Table, column: Column, { masker }: MaskDecision): void {
  const reason = brokenUnique(table, column, masker);
  if (reason) throw new HfitError('HFIT_MASKER_UNFIT', { masker, column: column.name, reason });
}

function assertNoneRequired(
  tables: readonly ClassifiedTable[],
  referenced: ReadonlySet<Column>,
  policy: Policy,
): void {
  const required = tables.flatMap((it) =>
    [...it.denied, ...notGenerated(it)]
      .filter((column) => isRequired(it.table, column) || referenced.has(column))
      .map(({ name }) => ({ it, name })),
  );
  if (required.length === 0) return;
  const unmeant = required.filter(({ it, name }) => {
    const decision = it.decisions.get(name);
    return decision?.kind === 'deny' && !decision.explicit;
  });
  const reasons = new Set(unmeant.flatMap(({ it }) => misspelt(it.source, policy)));
  throw new HfitError('HFIT_POLICY_REQUIRED', {
    columns: [required.map(({ it, name }) => nameOf(it, name)).join(', '), ...reasons].join('; '),
    lines: [...new Set(required.map(({ it }) => it))]
      .map((it) => {
        const columns = required
          .filter((one) => one.it === it)
          .map(({ name }) => {
            const { type, kind, madeOf } = findColumn(it.table, name);
            const facts = { type, kind, ...(madeOf && { madeOf }) };
            return { column: name, as: proposalOf(tables, it, name), ...facts };
          });
        const { source, table } = it;
        return policy.linesToLeave(source.name, spellings(source.schema, table), columns);
      })
      .join('\n'),
  });
}

/** Generated columns that have no values elsewhere, as what generates them tells too much. */
function notGenerated({ table, decisions }: ClassifiedTable): Column[] {
  const isHidden = ({ name }: Column) => decisions.get(name)?.kind !== 'keep';
  return table.columns.filter((it) => it.generated && isHidden(it) && tells(it));
}

/** What the column that a key points to has, so that both are masked alike; else what suits it. */
function proposalOf(tables: readonly ClassifiedTable[], it: ClassifiedTable, name: string): string {
  const column = findColumn(it.table, name);
  if (column.generated) return 'keep';
  const target = targetOf(tables, it, column);
  const decision = target?.of.decisions.get(target.column.name);
  if (decision && decision.kind !== 'deny') return writtenAs(decision);
  const facts = target?.facts ?? factsOf(it.table, column);
  return proposalFor(facts);
}

function isRequired(table: Table, column: Column): boolean {
  if (table.primaryKey?.columns.includes(column.name)) return true;
  if (keepsApart(table, column, !tells(column))) return true;
  const isNullable = column.generated || (column.nullable && !column.domain?.required);
  if (isNullable || column.identity !== null) return false;
  return column.default === null || tells(column);
}

function nameOf(it: ClassifiedTable, column: string): string {
  return `${it.source.name}: ${qualified(it.table)}.${column}`;
}
