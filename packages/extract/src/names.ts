/** Stands for a name in an expression where its spelling is not told apart any more. */
const mark = '\u0001';

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The name as the dialects quote it. */
function quotedForms(name: string): string[] {
  const doubled = (quote: string) => quote + name.replaceAll(quote, quote + quote) + quote;
  return [doubled('"'), doubled('`'), `[${name}]`];
}

/** The expression with a mark in each place that names the column, however it is quoted. */
function marked(sql: string, name: string): string {
  const bare = `(?<![\\p{L}\\p{N}_$])${escaped(name)}(?![\\p{L}\\p{N}_$])`;
  const forms = [...quotedForms(name).map(escaped), bare];
  return sql.replace(new RegExp(forms.join('|'), 'giu'), mark);
}

/** What is a text by the rules of standard SQL, of MySQL, and of SQLite with names in brackets. */
const readings = [
  /'(?:[^']|'')*'|("(?:[^"]|"")*"|`(?:[^`]|``)*`)/g,
  /'(?:[^'\\]|''|\\.)*'|("(?:[^"]|"")*"|`(?:[^`]|``)*`)/gs,
  /'(?:[^']|'')*'|("(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\])/g,
];

const outsideOfTexts = (sql: string) =>
  readings.map((texts) => sql.replace(texts, (_, quoted: string | undefined) => quoted ?? "''"));

/** Whether the name stands in an SQL expression outside of its texts, by any of these rules. */
export function mentions(sql: string, name: string): boolean {
  return outsideOfTexts(sql).some((rest) => marked(rest, name).includes(mark));
}

/** Whether an expression looks at a row as a whole. */
export function namesRow(sql: string): boolean {
  return outsideOfTexts(sql).some((rest) => rest.includes('.*'));
}

/** The column itself, or in one case: masks that differ, differ in more than case. */
export function isWhole(sql: string, name: string): boolean {
  const bare = marked(sql, name)
    .replace(/::[\w ]+(?:\(\d+\))?/g, '')
    .replace(/ collate [\w"`.]+/gi, '')
    .replace(/\b(?:lower|upper)\s*(?=\()/gi, '')
    .replace(/[()\s]/g, '');
  return bare === mark;
}

/** The expression without the places that ask whether the column is null, or is not. */
export function withoutNullTests(sql: string, name: string, only?: 'not null'): string {
  const word = only ?? '(?:not\\s+)?null';
  const test = new RegExp(`\\(*${mark}\\)*\\s+is\\s+${word}\\b`, 'gi');
  return marked(sql, name).replace(test, ' ').replaceAll(mark, name);
}

const folded = (text: string) => ` ${text.toLowerCase().replace(/["'`[\]\\\s]+/g, ' ')} `;

/**
 * Whether an expression may name one of these, inside of a text too: quotes, backslashes and case
 * count for nothing, so nothing hides behind the rules of a dialect.
 */
export function mayName(sql: string, names: readonly string[]): boolean {
  const text = folded(sql);
  return names.some((name) => {
    const word = folded(name).trim();
    const bare = `(?<![\\p{L}\\p{N}_$])${escaped(word)}(?![\\p{L}\\p{N}_$])`;
    return word === '' || new RegExp(bare, 'u').test(text);
  });
}

/** The expression with a word in place of each quoted name of a column. */
export function withoutQuotedNames(sql: string, names: readonly string[]): string {
  const forms = names.flatMap(quotedForms).sort((a, b) => b.length - a.length);
  if (forms.length === 0) return sql;
  return sql.replace(new RegExp(forms.map(escaped).join('|'), 'gi'), 'c');
}
