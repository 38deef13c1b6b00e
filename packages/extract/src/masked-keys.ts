import {
  type Column,
  type ForeignKey,
  findColumn,
  qualified,
  sameTable,
} from '@hot-fixture/database';
import { HfitError } from '@hot-fixture/errors';
import {
  bindMasker,
  type Decision,
  type MaskingKey,
  maskers,
  type Policy,
} from '@hot-fixture/masking';
import type { ClassifiedTable } from './classify.js';
import { spellings } from './source.js';
import { factsOf, targetOf } from './target.js';

/** A column of a foreign key, and the one that it points to, both of tables that travel together. */
export interface Reference {
  readonly it: ClassifiedTable;
  readonly column: Column;
  readonly target: ClassifiedTable;
  readonly targetColumn: Column;
  readonly foreignKey: ForeignKey;
}

/** The references between tables that travel together, column by column. */
export function references(tables: readonly ClassifiedTable[]): Reference[] {
  return tables.flatMap((it) =>
    it.table.foreignKeys.flatMap((foreignKey) => {
      const target = tables.find(
        (other) => other.source === it.source && sameTable(other.table, foreignKey.target),
      );
      if (!target) return [];
      return foreignKey.columns.map((name, i) => ({
        it,
        column: findColumn(it.table, name),
        target,
        targetColumn: findColumn(target.table, foreignKey.targetColumns[i] as string),
        foreignKey,
      }));
    }),
  );
}

/**
 * Checks that masked keys still join: both columns have one masker with one set of options, which
 * looks at nothing but the value, and what it makes fits into both.
 * @throws HFIT_POLICY_KEYS_DIFFER, HFIT_POLICY_KEYS_UNFIT
 */
export function assertJoins(
  tables: readonly ClassifiedTable[],
  reference: Reference,
  policy: Policy,
  key: MaskingKey,
): void {
  const { it, column, target, targetColumn, foreignKey } = reference;
  const here = decisionOf(it, column);
  const there = decisionOf(target, targetColumn);
  // What is denied over there is told as a required column.
  if (here?.kind === 'deny' || there?.kind === 'deny') return;
  const names = {
    foreignKey: foreignKey.name,
    table: qualified(it.table),
    column: nameOf(it, column),
    target: nameOf(target, targetColumn),
    here: placedWords(policy, it, column),
    there: placedWords(policy, target, targetColumn),
  };
  if (wordsOf(here) !== wordsOf(there)) throw new HfitError('HFIT_POLICY_KEYS_DIFFER', names);
  const reason = here?.kind === 'mask' ? unfit(tables, reference, here, key) : null;
  if (reason) throw new HfitError('HFIT_POLICY_KEYS_UNFIT', { ...names, reason });
}

/** How the policy decides about a column, for people. */
function wordsOf(decision: Decision | undefined): string {
  return decision?.kind === 'mask' ? decision.describe() : (decision?.kind ?? 'deny');
}

function unfit(
  tables: readonly ClassifiedTable[],
  { it, column, target, targetColumn }: Reference,
  decision: Decision & { kind: 'mask' },
  key: MaskingKey,
): string | null {
  if (decision.options.per !== undefined) return 'with "per", a mask depends on its row';
  const own = factsOf(it.table, column);
  // The target may itself be a key: masks are made as for the last of the chain.
  const facts = targetOf(tables, it, column)?.facts ?? factsOf(target.table, targetColumn);
  const masker = maskers().find(({ name }) => name === decision.masker);
  const longest = Math.min(masker?.longest ?? Infinity, facts.maxLength ?? Infinity);
  if (own.maxLength !== null && masker?.keeps.length !== true && longest > own.maxLength) {
    const has = longest === Infinity ? 'any number of' : `up to ${longest}`;
    return `masks have ${has} characters, and the column takes ${own.maxLength}`;
  }
  if (own.kind !== facts.kind) return null;
  try {
    bindMasker(decision, { ...own, unique: facts.unique }, key);
    return null;
  } catch (error) {
    if (error instanceof HfitError && error.code === 'HFIT_MASKER_UNFIT') return error.what;
    throw error;
  }
}

function decisionOf(it: ClassifiedTable, { name }: Column): Decision | undefined {
  return it.decisions.get(name);
}

function placedWords(policy: Policy, it: ClassifiedTable, column: Column): string {
  const { source, table } = it;
  const names = spellings(source.schema, table);
  const words = wordsOf(decisionOf(it, column));
  return `"${words}" (${policy.placeOf(source.name, names, factsOf(table, column)) ?? 'no line'})`;
}

function nameOf(it: ClassifiedTable, { name }: Column): string {
  return `${it.source.name}: ${qualified(it.table)}.${name}`;
}
