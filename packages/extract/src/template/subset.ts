import type { Field } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { readMode } from './mode.js';
import type { ChildRule, Children, Named, Start, SubsetExport } from './model.js';
import type { Scope } from './scope.js';

const startFields = ['filter', 'sample', 'preserveDistribution'] as const;

/** Reads the data of a subset: one start table as `table`, or several under `start`. */
export function readSubset(data: Field, scope: Scope): SubsetExport {
  const hasList = data.entries().some(([name]) => name === 'start');
  const rest = ['create', 'children', 'lookups', 'optional', 'allowEmpty'] as const;
  const fields = hasList
    ? data.fields(['dbms', 'start'], rest)
    : data.fields(['dbms', 'table'], [...startFields, ...rest]);
  const starts =
    'start' in fields
      ? fields.start.list().map((it) => readStart(it, scope))
      : [startOf(data, fields, scope)];
  if (starts.length === 0) throw data.fail('at least one start table is expected here');
  return {
    source: fields.dbms.text(),
    starts,
    children: fields.children ? readChildren(fields.children, scope) : null,
    lookups: fields.lookups?.list().map(named) ?? [],
    optional: fields.optional ? readOptional(fields.optional) : [],
    allowEmpty: fields.allowEmpty?.boolean() ?? false,
    create: fields.create ? readMode(fields.create) : 'absent',
  };
}

function readStart(field: Field, scope: Scope): Start {
  return startOf(field, field.fields(['table'], startFields), scope);
}

type StartFields = { table: Field } & Partial<Record<(typeof startFields)[number], Field>>;

function startOf(
  field: Field,
  { table, filter, sample, preserveDistribution }: StartFields,
  scope: Scope,
): Start {
  if (preserveDistribution && !sample) {
    throw preserveDistribution.fail('"sample" is missing: the share of the rows, such as 10%');
  }
  return {
    table: table.text(),
    filter: scope.filter(filter),
    sample: sample ? scope.text(sample) : null,
    preserveDistribution: preserveDistribution ? scope.text(preserveDistribution) : null,
    // The place that errors about the table, its filter and its share name.
    where: field.where,
  };
}

/** `true`, or how far and which. */
function readChildren(field: Field, scope: Scope): Children | null {
  if (field.kind === 'boolean') {
    const all: Children = { depth: null, limit: null, others: true, rules: [] };
    return field.boolean() ? all : null;
  }
  const fields = field.fields([], ['depth', 'limit', 'others', 'relations']);
  return {
    depth: fields.depth ? scope.text(fields.depth) : null,
    limit: fields.limit ? scope.text(fields.limit) : null,
    others: fields.others?.boolean() ?? true,
    rules:
      fields.relations
        ?.entries()
        .map(([name, rule, where]) => readRule(name, where, rule, scope)) ?? [],
  };
}

function readRule(name: string, where: string, field: Field, scope: Scope): ChildRule {
  if (field.kind === 'boolean') {
    return { name, where, on: field.boolean(), filter: null, limit: null };
  }
  const { filter, limit } = field.fields([], ['filter', 'limit']);
  const read = filter ? scope.filter(filter) : null;
  if (filter && read?.limit) throw filter.fail('write "limit:" beside the filter: it is per row');
  return { name, where, on: true, filter: read, limit: limit ? scope.text(limit) : null };
}

function readOptional(field: Field): 'all' | Named[] {
  if (field.kind !== 'text') return field.list().map(named);
  if (field.text() === 'all') return 'all';
  throw field.fail('a list of references is expected here, or all');
}

function named(field: Field): Named {
  return { name: field.text(), where: field.where };
}

/** @throws HFIT_TEMPLATE_INVALID where the text, with its variables filled in, is no such number */
export function numberOf(text: string, where: string, most: number): number {
  if (/^\d{1,15}$/.test(text) && Number(text) <= most) return Number(text);
  const reason = `a whole number up to ${most} is expected here, not ${JSON.stringify(text)}`;
  throw new HfitError('HFIT_TEMPLATE_INVALID', { reason }, { where });
}

/** @throws HFIT_TEMPLATE_INVALID where the text is no share from 0 to 1, and no percentage */
export function shareOf(text: string, where: string): number {
  const [, digits, percent] = /^(\d{0,9}(?:\.\d{1,9})?)\s*(%?)$/.exec(text) ?? [];
  const share = digits ? Number(digits) / (percent ? 100 : 1) : Number.NaN;
  if (share >= 0 && share <= 1) return share;
  const reason = `a share is expected here, such as 0.1 or 10%, not ${JSON.stringify(text)}`;
  throw new HfitError('HFIT_TEMPLATE_INVALID', { reason }, { where });
}

/** @throws HFIT_TEMPLATE_INVALID where the text is not true or false */
export function truthOf(text: string, where: string): boolean {
  if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true';
  const reason = `true or false is expected here, not ${JSON.stringify(text)}`;
  throw new HfitError('HFIT_TEMPLATE_INVALID', { reason }, { where });
}
