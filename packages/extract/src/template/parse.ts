import { parseQuery, variablesOf } from '@hot-fixture/database';
import { type Field, readDocument, secondsIn } from '@hot-fixture/document';
import { HfitError } from '@hot-fixture/errors';
import { RE2JS } from 're2js';
import { placed } from '../placed.js';
import { readBudget } from './budget.js';
import { readMode } from './mode.js';
import type { Export, FileSort, PrepareStep, Template } from './model.js';
import { checkNames } from './names.js';
import { implicitParameters, readParameterList } from './parameters.js';
import { readReference } from './references.js';
import { Scope } from './scope.js';
import { readSubset } from './subset.js';

/**
 * Reads a template of version 1. All of it is checked that can be without a source: fields,
 * filters, queries, and that each variable is set before it is used.
 * @param file its name for messages
 * @throws HFIT_TEMPLATE_INVALID, HFIT_TEMPLATE_VARIABLE, HFIT_FILTER_SYNTAX, each with
 *   `file:line:column`
 */
export function parseTemplate(text: string, file = 'template'): Template {
  const root = readDocument(
    text,
    file,
    (reason, where) => new HfitError('HFIT_TEMPLATE_INVALID', { reason }, { where }),
  );
  const fields = root.fields(
    ['hfitVersion', 'templateName', 'exports'],
    [
      ...(['projectName', 'packageName', 'description', 'parameters', 'prepare'] as const),
      ...(['references', 'budget', 'maxAge'] as const),
    ],
  );
  fields.hfitVersion.integer(1, 1);
  const steps = fields.prepare?.kind === 'null' ? [] : (fields.prepare?.list() ?? []);
  const parameters = fields.parameters
    ? readParameterList(fields.parameters)
    : implicitParameters(steps);
  const scope = new Scope(parameters);
  const prepare = steps.map((step) => readStep(step, scope));
  const packageName = fields.packageName ? scope.text(fields.packageName) : null;
  const exports = fields.exports.entries().map(([name, field]) => [name, field] as const);
  checkNames(exports);
  return {
    name: readName(fields.templateName),
    description: fields.description?.text() ?? null,
    projectName: fields.projectName?.text() ?? null,
    packageName,
    parameters,
    prepare,
    references: fields.references?.list().map(readReference) ?? [],
    budget: fields.budget ? readBudget(fields.budget) : null,
    maxAge: fields.maxAge ? readAge(fields.maxAge) : null,
    exports: exports.map(([name, field]) => readExport(name, field, scope)),
    text,
  };
}

function readName(field: Field): string {
  const name = field.text();
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(name) && !/^\.+$/.test(name)) return name;
  throw field.fail('a template name holds letters, digits, "_", "-" and ".", at most 100 of them');
}

function readAge(field: Field): number {
  const seconds = secondsIn(field.text());
  if (seconds !== null && seconds <= 366 * 86_400) return seconds;
  throw field.fail('a time is expected here, such as 30s, 15m, 24h or 7d, at most 366d');
}

function readStep(step: Field, scope: Scope): PrepareStep {
  const fields = step.fields(['setVar', 'from'], ['source', 'hdata']);
  const variable = fields.setVar.text();
  if (!/^[A-Za-z_]\w*$/.test(variable)) throw fields.setVar.fail('a variable is a plain name');
  const from = fields.from.text();
  const base = { variable, where: step.where };
  if (from === 'input') {
    const source = fields.source;
    if (!source) throw step.fail('"source" is missing: the parameter, such as $1');
    const read: PrepareStep = { ...base, from: 'parameter', parameter: inputOf(source, scope) };
    scope.add(variable);
    return read;
  }
  if (from !== 'hot-data') throw fields.from.fail('known here are input, hot-data');
  if (!fields.hdata) throw step.fail('"hdata" is missing');
  const read: PrepareStep = { ...base, ...readHotData(fields.hdata, scope) };
  scope.add(variable);
  return read;
}

/** `$1`, `$name` or `name` of a parameter. */
function inputOf(source: Field, scope: Scope): string {
  const name = source.text().replace(/^\$\{?(\w+)\}?$/, '$1');
  const byPosition = /^\d+$/.test(name) ? scope.parameters[Number(name) - 1] : undefined;
  const parameter = byPosition ?? scope.parameters.find((it) => it.name === name);
  if (parameter) return parameter.name;
  const known = scope.parameters.map((it) => it.name).join(', ') || 'none';
  throw new HfitError('HFIT_TEMPLATE_VARIABLE', { variable: name, known }, { where: source.where });
}

function readHotData(hdata: Field, scope: Scope) {
  const type = hdata
    .entries()
    .find(([name]) => name === 'type')?.[1]
    .text();
  if (type === 'dbquery') {
    const fields = hdata.fields(['type', 'dbms', 'query'], []);
    const text = fields.query.text();
    const query = placed(fields.query.where, () => parseQuery(text));
    scope.check(variablesOf(query.filter), fields.query.where);
    if (query.columns.length !== 1) throw fields.query.fail('a prepare query selects one column');
    return { from: 'query', source: fields.dbms.text(), query } as const;
  }
  if (type !== 'volume') throw hdata.fail('"type" is dbquery or volume');
  const fields = hdata.fields(['type', 'volume', 'glob'], ['sort', 'regex_replace']);
  return {
    from: 'volume',
    volume: fields.volume.text(),
    glob: scope.text(fields.glob),
    sort: fields.sort ? readSort(fields.sort) : null,
    replace: fields.regex_replace ? readReplace(fields.regex_replace) : null,
  } as const;
}

function readSort(field: Field): FileSort {
  const match = /^(mtime|size|name)(?:[|:](asc|desc))?$/.exec(field.text());
  if (!match) throw field.fail('a sort is mtime, size or name, then perhaps |asc or |desc');
  return { by: match[1] as FileSort['by'], descending: match[2] === 'desc' };
}

/** `/pattern/replacement/`, where a slash inside is written `\/`. */
function readReplace(field: Field) {
  const match = /^\/((?:[^/\\]|\\.)+)\/((?:[^/\\]|\\.)*)\/$/.exec(field.text());
  if (!match) throw field.fail('a replacement is written /pattern/replacement/');
  const plain = (text: string) => text.replaceAll('\\/', '/');
  const [pattern, by] = [plain(match[1] as string), plain(match[2] as string)];
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    throw field.fail(`the pattern cannot be read: ${(error as Error).message}`);
  }
  return { pattern, by };
}

function readExport(name: string, field: Field, scope: Scope): Export {
  const { type, data } = field.fields(['type', 'data'], []);
  const base = { name, where: field.where };
  switch (type.text()) {
    case 'dbcreate': {
      const { dbms, tablelist } = data.fields(['dbms', 'tablelist'], []);
      const schemas = tablelist.list().map((it) => it.text());
      return { ...base, type: 'dbcreate', source: dbms.text(), schemas };
    }
    case 'table-create': {
      const { dbms, tablelist, option } = data.fields(['dbms', 'tablelist'], ['option']);
      const tables = tablelist.list().map((it) => it.text());
      const mode = option ? (readMode(option) ?? 'absent') : 'absent';
      return { ...base, type: 'table-create', source: dbms.text(), tables, mode };
    }
    case 'table-data': {
      const { dbms, table, filter } = data.fields(['dbms', 'table'], ['filter']);
      const [source, of] = [dbms.text(), table.text()];
      return { ...base, type: 'table-data', source, table: of, filter: scope.filter(filter) };
    }
    case 'subset':
      return { ...base, type: 'subset', ...readSubset(data, scope) };
    case 'file': {
      const { volume, path } = data.fields(['volume', 'path'], []);
      return { ...base, type: 'file', volume: volume.text(), path: scope.text(path) };
    }
    default:
      throw type.fail('known types are dbcreate, table-create, table-data, subset, file');
  }
}
