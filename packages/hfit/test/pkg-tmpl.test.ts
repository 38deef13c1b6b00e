import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { useDesk } from './desk.js';
import { daily } from './shop.js';

const desk = useDesk();

describe('lists', () => {
  test('dbmss, dbs and tables', async () => {
    expect(await desk.good(['dbmss'])).toEqual({ dbmss: [{ name: 'shop', dialect: 'sqlite' }] });
    expect(await desk.good(['dbs', 'shop'])).toEqual({ dbs: ['main'] });
    const { tables } = await desk.good(['tables', 'shop', 'main']);
    expect(tables).toMatchObject([{ name: 'customers' }, { name: 'orders' }]);
    const { stdout } = await desk.run(['tables', 'shop', 'main', '--columns']);
    expect(stdout).toMatch(/^customers +email +TEXT +yes +email$/m);
    expect(stdout).toMatch(/^customers +card +TEXT +yes +deny$/m);
    expect((await desk.run(['tables', 'shop', 'main'])).stdout).toMatch(
      /^customers +id +1 +2 +1$/m,
    );
  });

  test('what does not exist', async () => {
    expect(await desk.bad(['dbs', 'shup'])).toMatchObject({
      code: 'HFIT_SOURCE_UNKNOWN',
      exitCode: 4,
    });
    expect(await desk.bad(['dbs', '..'])).toMatchObject({ code: 'HFIT_NAME_INVALID', exitCode: 2 });
    expect(await desk.bad(['tables', 'shop', 'no'])).toMatchObject({ exitCode: 4 });
  });
});

describe('templates', () => {
  test('are created, shown, replaced, listed and deleted', async () => {
    const file = join(desk.work, 'mine.yaml');
    writeFileSync(file, daily.replace('templateName: daily', 'templateName: mine'));
    expect(await desk.good(['pkg-tmpl', 'create', file])).toEqual({ name: 'mine' });
    expect(await desk.bad(['pkg-tmpl', 'create', file])).toMatchObject({
      code: 'HFIT_TEMPLATE_EXISTS',
      exitCode: 5,
    });
    const changed = readFileSync(file, 'utf8').replace('Orders', 'All orders');
    writeFileSync(file, changed.replaceAll('\n', '\r\n'));
    expect(await desk.good(['pkg-tmpl', 'update', file])).toEqual({ name: 'mine' });
    expect((await desk.run(['pkg-tmpl', 'show', 'mine'])).stdout).toBe(readFileSync(file, 'utf8'));
    const { stdout } = await desk.run(['pkg-tmpl', 'list']);
    expect(stdout).toMatch(/^mine +customer +\d{4}-\d\d-\d\d \d\d:\d\d +All orders/m);
    expect(await desk.good(['pkg-tmpl', 'delete', 'mine'])).toEqual({ name: 'mine' });
    for (const command of ['show', 'delete']) {
      expect(await desk.bad(['pkg-tmpl', command, 'mine'])).toMatchObject({
        code: 'HFIT_TEMPLATE_UNKNOWN',
        exitCode: 4,
      });
    }
    expect(await desk.bad(['pkg-tmpl', 'update', file])).toMatchObject({
      code: 'HFIT_TEMPLATE_UNKNOWN',
    });
  });

  test('with a mistake are told with file, line and column, and not sent', async () => {
    const file = join(desk.work, 'wrong.yaml');
    writeFileSync(file, daily.replace('templateName: daily', 'templateName: wrong\ncolour: red'));
    expect(await desk.bad(['pkg-tmpl', 'create', file])).toMatchObject({
      code: 'HFIT_TEMPLATE_INVALID',
      where: `${file}:3:1`,
      exitCode: 2,
    });
  });
});
