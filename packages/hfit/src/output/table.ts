import Table from 'cli-table3';
import { printable } from './printable.js';

/** Without lines: what is copied from a terminal or cut by a program is the text alone. */
const bare = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' },
  middle: '  ',
};

/** Aligned columns under their names; numbers stand to the right. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const right = (index: number) =>
    rows.length > 0 && rows.every((row) => typeof row[index] === 'number');
  const drawn = new Table({
    chars: bare,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map((_, index) => (right(index) ? 'right' : 'left')),
    head: columns.map((name) => name.toUpperCase()),
  });
  for (const row of rows) {
    drawn.push(row.map((cell) => (typeof cell === 'number' ? grouped(cell) : printable(cell))));
  }
  return drawn.toString().replace(/ +$/gm, '');
}

/** A whole number with a comma between thousands. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

/** `1 row`, `2 rows`. */
export function counted(number: number, thing: string): string {
  return `${grouped(number)} ${thing}${number === 1 ? '' : 's'}`;
}

/** A size for people: powers of 1000, as on a disk. */
export function size(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
