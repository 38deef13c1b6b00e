import { describe, expect, it } from 'vitest';
import { parseTemplate } from '../src/template/parse.js';

const head = 'hfitVersion: 1\ntemplateName: daily\n';
const exportOf = (type: string, data: string) =>
  `exports:\n  a.sql: { type: ${type}, data: { ${data} } }\n`;
const subset = exportOf('subset', 'dbms: shop, table: orders, filter: "id = ${id}"');
const withId = `parameters:\n  - { name: id, type: integer }\n`;

describe('parseTemplate', () => {
  it('reads a template of the first version, positional inputs and all', () => {
    const template = parseTemplate(`
hfitVersion: 1
templateName: usecase_data
projectName: project_name
packageName: basedata_$1
prepare:
  - setVar: dataid
    from: input
    source: $1
  - setVar: userId
    from: hot-data
    hdata: { type: dbquery, dbms: mysql1, query: "SELECT user_id FROM shop.orders WHERE id=\${dataid} LIMIT 1" }
  - setVar: baseName
    from: hot-data
    hdata: { type: volume, volume: vol1, glob: "*_\${dataid}_*.txt", sort: "mtime|desc", regex_replace: "/([0-9]+).*/$1/" }
exports:
  dbcreate.sql:      { type: dbcreate, data: { dbms: mysql1, tablelist: [shop] } }
  tables.create.sql: { type: table-create, data: { dbms: mysql1, tablelist: [shop.orders, shop.users], option: dropcreate } }
  orders.data.sql:   { type: table-data, data: { dbms: mysql1, table: shop.orders, filter: "WHERE user_id=\${userId}" } }
  invoice.txt:       { type: file, data: { volume: vol1, path: "invoices/\${baseName}.txt" } }
`);
    expect(template.parameters).toEqual([
      {
        name: 'dataid',
        type: 'string',
        required: true,
        default: null,
        values: [],
        description: null,
        secret: false,
        where: 'template:7:5',
      },
    ]);
    expect(template.prepare.map(({ from, variable }) => [from, variable])).toEqual([
      ['parameter', 'dataid'],
      ['query', 'userId'],
      ['volume', 'baseName'],
    ]);
    expect(template.prepare[2]).toMatchObject({
      sort: { by: 'mtime', descending: true },
      replace: { pattern: '([0-9]+).*', by: '$1' },
    });
    expect(template.exports.map(({ name, type }) => [name, type])).toEqual([
      ['dbcreate.sql', 'dbcreate'],
      ['tables.create.sql', 'table-create'],
      ['orders.data.sql', 'table-data'],
      ['invoice.txt', 'file'],
    ]);
    expect(template.exports[1]).toMatchObject({ mode: 'replace' });
  });

  it('reads a subset with declared parameters', () => {
    const { parameters, exports, maxAge } = parseTemplate(`${head}maxAge: 15m\n${withId}${subset}`);
    expect(maxAge).toBe(900);
    expect(parameters[0]).toMatchObject({ name: 'id', type: 'integer', required: true });
    expect(exports[0]).toMatchObject({
      type: 'subset',
      starts: [{ table: 'orders' }],
      create: 'absent',
    });
  });

  it.each([
    ['an unknown field', `${head}extra: 1\n${subset}`, 'HFIT_TEMPLATE_INVALID', 't.yaml:3:1'],
    ['an age', `${head}maxAge: soon\n${subset}`, 'HFIT_TEMPLATE_INVALID', 't.yaml:3:9'],
    [
      'an unknown field of an export',
      head + exportOf('file', 'volume: v, path: p, mode: 7'),
      'HFIT_TEMPLATE_INVALID',
      't.yaml:4:',
    ],
    [
      'another version',
      `hfitVersion: 2\ntemplateName: x\n${subset}`,
      'HFIT_TEMPLATE_INVALID',
      't.yaml:1:14',
    ],
    ['no export', head, 'HFIT_TEMPLATE_INVALID', '"exports" is missing'],
    [
      'an unknown type',
      head + exportOf('dump', 'dbms: a'),
      'HFIT_TEMPLATE_INVALID',
      'known types are',
    ],
    [
      'a name with a path',
      `hfitVersion: 1\ntemplateName: ../x\n${withId}${subset}`,
      'HFIT_TEMPLATE_INVALID',
      't.yaml:2:15',
    ],
    [
      'an export outside the folder',
      `${head}${withId}exports:\n  ../a.sql: { type: file, data: { volume: v, path: p } }\n`,
      'HFIT_TEMPLATE_INVALID',
      'cannot be the name',
    ],
    [
      'an export over the metadata',
      `${head}exports:\n  METADATA/input.json: { type: file, data: { volume: v, path: p } }\n`,
      'HFIT_TEMPLATE_INVALID',
      'cannot be the name',
    ],
    ['a variable that nothing sets', head + subset, 'HFIT_TEMPLATE_VARIABLE', 't.yaml:4:'],
    [
      'a path with a variable that nothing sets',
      head + exportOf('file', 'volume: v, path: "${x}"'),
      'HFIT_TEMPLATE_VARIABLE',
      '${x}',
    ],
    [
      'a step that uses what a later one sets',
      `${head}prepare:\n  - { setVar: a, from: hot-data, hdata: { type: dbquery, dbms: d, query: "SELECT x FROM t WHERE y = \${b}" } }\n${exportOf('table-data', 'dbms: d, table: t')}`,
      'HFIT_TEMPLATE_VARIABLE',
      '${b}',
    ],
    [
      'a filter with a second statement',
      head + exportOf('table-data', 'dbms: d, table: t, filter: "1=1; drop table users"'),
      'HFIT_FILTER_SYNTAX',
      't.yaml:4:',
    ],
    [
      'a query with a join',
      `${head}prepare:\n  - { setVar: a, from: hot-data, hdata: { type: dbquery, dbms: d, query: "SELECT x FROM t, u" } }\n${exportOf('table-data', 'dbms: d, table: t')}`,
      'HFIT_FILTER_SYNTAX',
      't.yaml:4:',
    ],
    [
      'a query of two columns',
      `${head}prepare:\n  - { setVar: a, from: hot-data, hdata: { type: dbquery, dbms: d, query: "SELECT x, y FROM t" } }\n${exportOf('table-data', 'dbms: d, table: t')}`,
      'HFIT_TEMPLATE_INVALID',
      'one column',
    ],
    [
      'a parameter declared twice',
      `${head}parameters: [{ name: a }, { name: a }]\n${exportOf('table-data', 'dbms: d, table: t')}`,
      'HFIT_TEMPLATE_INVALID',
      'twice',
    ],
    [
      'a default of another type',
      `${head}parameters: [{ name: a, type: integer, default: x }]\n${exportOf('table-data', 'dbms: d, table: t')}`,
      'HFIT_TEMPLATE_INVALID',
      'not an integer',
    ],
    [
      'a duplicate key',
      `${head}templateName: again\n${subset}`,
      'HFIT_TEMPLATE_INVALID',
      't.yaml:3:1',
    ],
    [
      'a pattern that cannot be read',
      `${head}prepare:\n  - { setVar: a, from: hot-data, hdata: { type: volume, volume: v, glob: "*", regex_replace: "/((/x/" } }\n${exportOf('table-data', 'dbms: d, table: t')}`,
      'HFIT_TEMPLATE_INVALID',
      't.yaml:4:',
    ],
    [
      'a file where a folder is',
      `${head}exports:\n  a/b: { type: file, data: { volume: v, path: p } }\n  a: { type: file, data: { volume: v, path: p } }\n`,
      'HFIT_TEMPLATE_INVALID',
      't.yaml:5:',
    ],
    [
      'a name that no file can have',
      `${head}exports:\n  ${'ü'.repeat(128)}: { type: file, data: { volume: v, path: p } }\n`,
      'HFIT_TEMPLATE_INVALID',
      'longer than',
    ],
    [
      'a path that no folder can hold',
      `${head}exports:\n  ${'abc/'.repeat(252)}d: { type: file, data: { volume: v, path: p } }\n`,
      'HFIT_TEMPLATE_INVALID',
      'longer than',
    ],
    [
      'a filter nested beyond all reason',
      head + exportOf('table-data', `dbms: d, table: t, filter: "${'('.repeat(20_000)}"`),
      'HFIT_FILTER_SYNTAX',
      't.yaml:4:',
    ],
    ['no YAML at all', '{', 'HFIT_TEMPLATE_INVALID', 't.yaml:1:'],
  ])('refuses %s', (_, text, code, place) => {
    const refused = (() => {
      try {
        return parseTemplate(text, 't.yaml');
      } catch (error) {
        return error as Error;
      }
    })();
    expect(refused).toMatchObject({ code });
    expect((refused as Error).message).toContain(place);
  });

  it.each([
    ['filter', head + exportOf('table-data', 'dbms: d, table: t, filter: ')],
    [
      'query',
      `${head}prepare:\n  - { setVar: a, from: hot-data, hdata: { type: dbquery, dbms: d, query: } }\n${exportOf('table-data', 'dbms: d, table: t')}`,
    ],
  ])('tells once where an empty %s stands', (_, text) => {
    expect(() => parseTemplate(text, 't.yaml')).toThrow(/where: t\.yaml:4:\d+\n/);
  });
});
