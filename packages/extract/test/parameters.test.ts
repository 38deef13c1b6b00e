import { describe, expect, it } from 'vitest';
import { parseArguments, readParameters } from '../src/template/parameters.js';
import { parseTemplate } from '../src/template/parse.js';

const template = parseTemplate(`
hfitVersion: 1
templateName: t
parameters:
  - { name: customer_id, type: integer }
  - { name: since, type: datetime, default: "2024-01-01 00:00:00" }
  - { name: kind, values: [full, small], required: false }
  - { name: vip, type: boolean, default: false }
exports:
  a.sql: { type: table-data, data: { dbms: d, table: t } }
`);

describe('readParameters', () => {
  it('takes values by position, by name, and defaults, and gives them under both', () => {
    const expected = {
      customer_id: '7',
      since: '2024-10-15 14:30:00',
      vip: 'false',
      1: '7',
      2: '2024-10-15 14:30:00',
      4: 'false',
    };
    expect(readParameters(template, [7, '2024-10-15 14:30:00'])).toEqual(expected);
    expect(readParameters(template, { since: '2024-10-15 14:30:00', customer_id: '7' })).toEqual(
      expected,
    );
  });

  it.each([
    [[], 'HFIT_PARAMETER_MISSING'],
    [{ customer_id: null }, 'HFIT_PARAMETER_MISSING'],
    [['1', '2024-01-01', 'full', true, 'more'], 'HFIT_PARAMETER_UNKNOWN'],
    [{ customer_id: 1, nobody: 2 }, 'HFIT_PARAMETER_UNKNOWN'],
    [{ customer_id: 1, toString: 2 }, 'HFIT_PARAMETER_UNKNOWN'],
    [['seven'], 'HFIT_PARAMETER_TYPE'],
    [['1 OR 1=1'], 'HFIT_PARAMETER_TYPE'],
    [[1.5], 'HFIT_PARAMETER_TYPE'],
    [[{}], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-13-45'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-02-30'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2023-02-29'], 'HFIT_PARAMETER_TYPE'],
    [[1, '0000-01-01'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-02-29 25:00'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-02-29 23:60'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-02-29 23:59:99'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-02-29T23:59:59+19:00'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-01-01', 'huge'], 'HFIT_PARAMETER_TYPE'],
    [[1, '2024-01-01', 'full', 'yes'], 'HFIT_PARAMETER_TYPE'],
  ])('refuses %j', (given, code) => {
    expect(() => readParameters(template, given)).toThrow(code);
  });
});

describe('readParameters, of a value that is wrong,', () => {
  it.each([
    [['x'], 'template:5:5'],
    [[], 'template:5:5'],
    [[1, 'x'], 'template:6:5'],
  ])('tells where it is declared: %j', (given, where) => {
    expect(() => readParameters(template, given)).toThrow(expect.objectContaining({ where }));
  });

  it('takes a leap day', () => {
    expect(readParameters(template, [1, '2024-02-29T23:59:59Z'])).toMatchObject({
      since: '2024-02-29T23:59:59Z',
    });
  });
});

describe('parseArguments', () => {
  it('takes words as they are typed', () => {
    expect(parseArguments(template, ['12847', 'vip=true', '2024-10-15'])).toEqual({
      customer_id: '12847',
      vip: 'true',
      since: '2024-10-15',
    });
    expect(parseArguments(template, ['since=2024-10-15 14:30:00', '1'])).toEqual({
      customer_id: '1',
      since: '2024-10-15 14:30:00',
    });
  });
});
