import {
  type Column,
  compileFilter,
  type Filter,
  qualified,
  type Table,
  type Variables,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import {
  assertKept,
  assertMayFilter,
  type ClassifiedTable,
  keyNames,
  orderIsKept,
} from '../classify.js';
import { placed } from '../placed.js';
import { countOfRows, tableOf } from '../source.js';
import type { Children, Start, SubsetExport, Text } from '../template/model.js';
import { writtenPath } from '../template/references.js';
import { numberOf, shareOf, truthOf } from '../template/subset.js';
import { fillText } from '../template/text.js';
import type { ChildRelation, ChildrenRules } from './children.js';
import type { Asked, Wanted } from './closure.js';
import { columnsOfRelation, type Relation } from './relation.js';
import type { SharedClosure } from './shared.js';

const most = 1_000_000_000;
const all: Filter = { where: null, orderBy: [], limit: null };

/**
 * Finds what a subset asks for in its source, before a row is read.
 * @throws HFIT_TABLE_…, HFIT_COLUMN_UNKNOWN, HFIT_FILTER_…, HFIT_POLICY_FILTER, HFIT_RELATION_…,
 *   HFIT_TEMPLATE_INVALID
 */
export function wantedOf(
  shared: SharedClosure,
  subset: SubsetExport & { readonly name: string; readonly where: string },
  variables: Variables,
): Wanted {
  const children = subset.children ? childrenOf(shared, subset.children, variables) : null;
  const relations = children?.relations.map((it) => it.relation) ?? [];
  return {
    starts: subset.starts.map((it) => startOf(shared, it, subset.name, relations, variables)),
    lookups: subset.lookups.map(({ name, where }) => {
      const table = tableOf(shared.source, name, where);
      return askFor(shared, table, subset.name, all, variables, 'lookup');
    }),
    children,
  };
}

/** The tables that a subset may bring rows of, those that it starts from first. */
export function tablesOf({ relations, isOptional }: SharedClosure, wanted: Wanted): Table[] {
  const { starts, lookups, children } = wanted;
  const found = new Set(starts.map(({ table }) => table));
  let level = [...found];
  const deepest = children ? (children.depth ?? Number.POSITIVE_INFINITY) : 0;
  for (let depth = 0; depth < deepest && level.length > 0; depth++) {
    const next = (children?.relations ?? [])
      .filter(({ relation }) => level.includes(relation.target) && !found.has(relation.table))
      .map(({ relation }) => relation.table);
    for (const table of next) found.add(table);
    level = [...new Set(next)];
  }
  for (const { table } of lookups) found.add(table);
  for (const table of found) {
    for (const relation of relations) {
      if (relation.table === table && !isOptional(relation)) found.add(relation.target);
    }
  }
  return [...found];
}

/**
 * Refuses masks on what a reference finds rows by whose target no foreign key tells: both ends would
 * have to be masked alike.
 * @throws HFIT_REFERENCE_MASKED
 */
export function assertDeclaredKept(
  shared: readonly SharedClosure[],
  tables: readonly ClassifiedTable[],
): void {
  const isComing = (table: Table) => tables.some((it) => it.table === table);
  for (const of of shared) {
    for (const relation of of.relations) {
      const { table, target, targetColumns, only, path } = relation;
      if ((!only && !path) || !isComing(table) || !isComing(target)) continue;
      const isKept = ({ name }: Column) =>
        of.classified(target).decisions.get(name)?.kind === 'keep';
      const changed = columnsOfRelation(relation).find((it) => of.fateOf(relation, it) !== 'keep');
      const masked = targetColumns.find((it) => !isKept(it));
      const column = changed
        ? `${qualified(table)}.${changed.name}${path ? ` at ${writtenPath(path)}` : ''}`
        : masked && `${qualified(target)}.${masked.name}`;
      if (column)
        throw new HfitError('HFIT_REFERENCE_MASKED', { reference: relation.name, column });
    }
  }
}

function startOf(
  shared: SharedClosure,
  start: Start,
  exportName: string,
  children: readonly Relation[],
  variables: Variables,
): Asked {
  const table = tableOf(shared.source, start.table, start.where);
  const { filter, sample, preserveDistribution, where } = start;
  checkFilter(shared, table, filter, variables, `${where}, export ${exportName}`);
  if (!sample) return askFor(shared, table, exportName, filter, variables, 'start');
  if (keyNames(table).length === 0) {
    throw new HfitError('HFIT_SUBSET_KEY', { table: qualified(table) }, { where });
  }
  const share = placed(where, () => {
    // Which rows come tells of the order of their keys.
    assertKept(shared.classified(table), keyNames(table));
    return shareOf(filled(sample, variables), sample.where);
  });
  const preserves =
    preserveDistribution !== null &&
    truthOf(filled(preserveDistribution, variables), preserveDistribution.where);
  const pointing = shared.relations.filter((it) => it.target === table && !it.path && !it.only);
  const some = pointing.filter((it) => children.includes(it));
  const preserve = (some.length > 0 ? some : pointing).map((it) => ({
    table: it.table,
    foreignKey: keyOfRelation(it),
  }));
  const asked = { table, filter, variables, share, preserves, preserve: preserves ? preserve : [] };
  const { snapshot } = shared.source;
  const read = (columns: readonly Column[]) => snapshot.sample({ ...asked, columns });
  const count = async () => share * (await countOfRows(snapshot, table, filter, variables, true));
  return { table, reason: { kind: 'start', table, exportName }, read, count };
}

function keyOfRelation({ columns, target, targetColumns, name }: Relation) {
  const names = (of: readonly Column[]) => of.map((column) => column.name);
  const actions = { onUpdate: 'no action', onDelete: 'no action', deferrable: 'never' } as const;
  return { name, columns: names(columns), target, targetColumns: names(targetColumns), ...actions };
}

function askFor(
  shared: SharedClosure,
  table: Table,
  exportName: string,
  filter: Filter,
  variables: Variables,
  kind: 'start' | 'lookup',
): Asked {
  const inKeyOrder = orderIsKept(shared.classified(table));
  const asked = { table, filter, variables, inKeyOrder };
  const { snapshot } = shared.source;
  const read = (columns: readonly Column[]) => snapshot.rows({ ...asked, columns });
  const count = () => countOfRows(snapshot, table, filter, variables, true);
  return { table, reason: { kind, table, exportName }, read, count };
}

function childrenOf(
  shared: SharedClosure,
  children: Children,
  variables: Variables,
): ChildrenRules {
  const limit = children.limit ? countOf(children.limit, variables) : null;
  const chosen = new Map<Relation, ChildRelation>();
  const able = shared.relations.filter(({ path }) => path === null);
  if (children.others) {
    for (const relation of able) chosen.set(relation, { relation, filter: null, variables, limit });
  }
  // What names one reference counts more than what names a table.
  const rules = children.rules.map((rule) => ({
    rule,
    relations: shared.named(rule.name, rule.where),
  }));
  for (const { rule, relations } of rules.sort((a, b) => b.relations.length - a.relations.length)) {
    const [first, ...more] = relations.filter((it) => it.path === null);
    if (rule.on && !first) {
      const relation = (relations[0] as Relation).name;
      throw new HfitError('HFIT_RELATION_CHILDREN', { relation }, { where: rule.where });
    }
    for (const relation of first ? [first, ...more] : []) {
      if (!rule.on) {
        chosen.delete(relation);
        continue;
      }
      if (rule.filter) checkFilter(shared, relation.table, rule.filter, variables, rule.where);
      const own = rule.limit ? countOf(rule.limit, variables) : limit;
      chosen.set(relation, { relation, filter: rule.filter, variables, limit: own });
    }
  }
  const relations = [...chosen.values()];
  for (const it of relations) assertOrder(shared, it, children.depth?.where ?? '');
  return { depth: children.depth ? countOf(children.depth, variables) : null, relations };
}

/** Of the first rows in the order of a key that is masked, one could tell something of it. */
function assertOrder(
  shared: SharedClosure,
  { relation, filter, limit }: ChildRelation,
  where: string,
) {
  if (limit === null || (filter?.orderBy.length ?? 0) > 0) return;
  placed(where, () => assertKept(shared.classified(relation.table), keyNames(relation.table)));
}

function countOf(text: Text, variables: Variables): number {
  return numberOf(filled(text, variables), text.where, most);
}

/** A variable that has no value is no number, which is told with its place. */
function filled(text: Text, variables: Variables): string {
  return fillText(text, variables, (value) => value).trim();
}

/** The rows come later; a value that cannot be compared is told before them. */
function checkFilter(
  shared: SharedClosure,
  table: Table,
  filter: Filter,
  variables: Variables,
  where: string,
): void {
  placed(where, () => {
    assertMayFilter(shared.classified(table), filter);
    compileFilter(shared.source.database.dialect, table, filter, variables);
  });
}
