import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumProgram } from '../../../../test/services/chromium.js';
import { removePage, writePage } from '../../src/show/write-page.js';
import { differenceOf, people, sentence } from './differences.js';

const program = chromiumProgram();
const hostile = `</script><img src=x onerror="document.title='broken'"><!-- \u2028 &amp; "'`;
const folder = mkdtempSync(join(tmpdir(), 'hfit-page-'));
afterAll(() => rmSync(folder, { recursive: true }));

const large = differenceOf(
  people({
    inserted: Array.from({ length: 4000 }, (_, i) => [String(i), `Person ${i}`, null]),
    updated: Array.from({ length: 1000 }, (_, i) => [
      [String(9000 + i), 'Tom', sentence],
      [String(9000 + i), 'Tom', sentence.replace('lazy', 'busy')],
    ]),
    deleted: [['8000', hostile, '']],
  }),
  { ...people({ inserted: [['1', 'Needle', null]] }), name: hostile },
);

it('is written where Git does not see it, and goes when the difference goes', async () => {
  const path = await writePage(join(folder, '.differences'), differenceOf(), { name: 'shop/item' });
  expect(path).toBe(join(folder, '.differences', 'shop/item.html'));
  expect(readFileSync(join(folder, '.differences', '.gitignore'), 'utf8')).toBe('*\n');
  await removePage(join(folder, '.differences'), 'shop/item');
  expect(existsSync(path)).toBe(false);
  await removePage(join(folder, '.differences'), 'shop/item');
});

describe.skipIf(!program)('the page of a difference, in a browser', () => {
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: program as string, args: ['--no-sandbox'] });
    page = await browser.newPage();
    page.setDefaultTimeout(10_000);
    page.on('console', (it) => problems.push(it.text()));
    page.on('pageerror', (it) => problems.push(it.message));
    page.on('request', (it) => {
      if (!it.url().startsWith('file:')) problems.push(it.url());
    });
    const path = await writePage(folder, large, { name: hostile.replace('/', ''), about: hostile });
    await page.goto(pathToFileURL(path).href);
  });
  afterAll(() => browser?.close());

  const shown = () => page.textContent('#shown');
  const search = async (text: string, rows: string) => {
    await page.fill('#search', text);
    await expect.poll(shown, { timeout: 10_000 }).toBe(rows);
  };

  it('shows thousands of rows, a part at a time', async () => {
    expect(await shown()).toBe('5,002 rows');
    const first = await page.locator('.row').count();
    expect(first).toBeLessThan(1000);
    await page.locator('#end').scrollIntoViewIfNeeded();
    await expect
      .poll(() => page.locator('.row').count(), { timeout: 10_000 })
      .toBeGreaterThan(first);
  });

  it('marks the words that differ within a long value', async () => {
    const row = page.locator('.row.changed').first();
    expect(await row.locator('.was mark').allTextContents()).toEqual(['lazy']);
    expect(await row.locator('.is mark').allTextContents()).toEqual(['busy']);
    expect(await row.locator('.was').textContent()).toBe(sentence);
  });

  it('searches all values, and filters by table and by kind', async () => {
    await search('person 39', '179 rows of 5,002');
    expect(await page.locator('.kind.new').textContent()).toBe('179 new');
    expect(await page.locator('.kind.gone').textContent()).toBe('0 gone');
    await search('busy', '1,000 rows of 5,002');
    await search('no such value', '0 rows of 5,002');
    await search('', '5,002 rows');
    await page.click('.kind.new');
    expect(await shown()).toBe('1,001 rows of 5,002');
    await page.click('.kind.new');
    await page.locator('nav button').nth(2).click();
    expect(await shown()).toBe('1 row of 5,002');
    expect(await page.locator('.row').textContent()).toContain('Needle');
    await page.locator('nav button').first().click();
  });

  it('shows what is hostile as text, and runs nothing but its own', async () => {
    await search('onerror', '1 row of 5,002');
    const gone = page.locator('.row.gone');
    expect(await gone.textContent()).toContain(hostile.replace('\u2028', '\\u{2028}'));
    await search('', '5,002 rows');
    expect(await page.locator('img').count()).toBe(0);
    expect(await page.title()).toContain('onerror');
    expect(problems).toEqual([]);
  });

  it('follows the colours of the system', async () => {
    const back = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await back();
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await back()).not.toBe(light);
  });
});
