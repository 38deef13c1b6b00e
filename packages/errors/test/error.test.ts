import { describe, expect, it } from 'vitest';
import { type Code, HfitError, type Values } from '../src/index.js';

const missing = () => new HfitError('HFIT_DRIVER_MISSING', { driver: 'mysql2' });

describe('HfitError', () => {
  it('says its code, what happened and what to do, one line each', () => {
    const error = missing();
    expect(error.message).toBe(
      'HFIT_DRIVER_MISSING: the driver package "mysql2" is not installed\n' +
        '  to do: Install it beside your project: npm install mysql2',
    );
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({
      name: 'HfitError',
      code: 'HFIT_DRIVER_MISSING',
      kind: 'unavailable',
      what: 'the driver package "mysql2" is not installed',
      todo: 'Install it beside your project: npm install mysql2',
      where: undefined,
    });
  });

  it('says where between the two', () => {
    const error = new HfitError('HFIT_DRIVER_MISSING', { driver: 'pg' }, { where: 'a.yaml:3:1' });
    expect(error.message.split('\n')).toEqual([
      'HFIT_DRIVER_MISSING: the driver package "pg" is not installed',
      '  where: a.yaml:3:1',
      '  to do: Install it beside your project: npm install pg',
    ]);
  });

  it('is told from outside in where it happened, and stays the same error', () => {
    const error = missing();
    expect(error.at('column id')).toBe(error);
    expect(error.at('table orders').where).toBe('table orders: column id');
    expect(error.message).toContain('\n  where: table orders: column id\n');
    expect(error.message.match(/where:/g)).toHaveLength(1);
  });

  it('travels as JSON, without the cause and without a where that is not known', () => {
    const cause = new Error('password=secret');
    const error = new HfitError('HFIT_DRIVER_MISSING', { driver: 'pg' }, { cause });
    const document = {
      code: 'HFIT_DRIVER_MISSING',
      what: 'the driver package "pg" is not installed',
      todo: 'Install it beside your project: npm install pg',
    };
    expect(JSON.parse(JSON.stringify(error))).toEqual(document);
    expect(JSON.parse(JSON.stringify(error.at('here')))).toEqual({ ...document, where: 'here' });
  });

  it('keeps its cause, and has none where none was given', () => {
    const cause = new Error('below');
    expect(new HfitError('HFIT_DRIVER_MISSING', { driver: 'pg' }, { cause }).cause).toBe(cause);
    expect('cause' in missing()).toBe(false);
  });

  it('fills each place of a name, also inside a variable, and never a value', () => {
    const values = { variable: '{known}', known: 'a, $& and {variable}' };
    const error = new HfitError('HFIT_FILTER_VARIABLE', values);
    expect(error.what).toBe('the filter uses ${{known}}, which has no value');
    expect(error.todo).toContain('Known here: a, $& and {variable}.');
  });

  it('takes numbers', () => {
    const values = { position: 0, reason: 'it is empty' };
    expect(new HfitError('HFIT_FILTER_SYNTAX', values).what).toContain(
      'at character 0: it is empty',
    );
  });

  it('has values that are typed by its texts', () => {
    const good: Values<'HFIT_DRIVER_MISSING'> = { driver: 'pg' };
    // @ts-expect-error a value is missing
    const less: Values<'HFIT_DRIVER_MISSING'> = {};
    // @ts-expect-error a value is of no use
    const more: Values<'HFIT_DRIVER_MISSING'> = { driver: 'pg', table: 'x' };
    // @ts-expect-error there is no such code
    const unknown: Code = 'HFIT_NO_SUCH_CODE';
    const inner: Values<'HFIT_FILTER_VARIABLE'> = { variable: 'x', known: 'y' };
    expect([good, less, more, unknown, inner]).toHaveLength(5);
  });
});
