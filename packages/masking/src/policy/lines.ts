import type { ColumnFacts } from '../column.js';
import type { Block } from './block.js';
import type { Decision } from './decision.js';
import { bareType } from './types.js';

export interface ClassifiedColumn {
  /** `file:line:column`. */
  readonly where: string;
  readonly decision: Decision;
}

export type TableBlock = Block<ClassifiedColumn>;

export type DatabasesBlock = Block<Block<TableBlock>>;

/** A line that classifies a column. */
export interface Line extends ClassifiedColumn {
  /** As it is written: a name, a pattern or a type. */
  readonly name: string;
  /** What fits more closely has a lower one: a name, then a pattern, then a type or a kind. */
  readonly closeness: number;
}

/** What a line may ask about; without a type, lines about types do not fit. */
export type NamedColumn = Pick<ColumnFacts, 'name'> &
  Partial<Pick<ColumnFacts, 'type' | 'kind' | 'madeOf'>>;

const aboutTypes = /^(type|kind):(.*)$/su;
const escapes = /\\(?=[*?])|^\\(?=(?:type|kind):)/g;

/** Whether it is no name, but stands for what fits it: `*_email`, `type:jsonb`, `kind:json`. */
export function isPattern(name: string): boolean {
  return /(?<!\\)[*?]/.test(name) || aboutTypes.test(name);
}

/** The name that is meant by one that is written: `\*` is a star, and `\type:x` a name. */
export function literal(written: string): string {
  return written.replace(escapes, '');
}

/** The other way round. */
export function escaped(name: string): string {
  return name.replace(/[*?]|^(?=(?:type|kind):)/g, '\\$&');
}

/** Whether a pattern fits whatever there is. */
export function fitsAll(name: string): boolean {
  return /^(?:(?:type|kind):)?[*?]*\*[*?]*$/.test(name);
}

/**
 * The lines of one block that classify a column: at most one by its name, and all that fit. A line
 * about a type or a kind is about what is made of it too, but keeps nothing of that.
 */
export function linesFor(table: TableBlock, column: NamedColumn): Line[] {
  const names = [...table.of.keys()];
  const name = matching(column.name, names);
  return names.flatMap((it) => {
    const line = table.of.get(it)!;
    const own = it === name ? 0 : closenessOf(it, column);
    const closeness = own ?? (line.decision.kind === 'keep' ? null : closenessOfParts(it, column));
    return closeness === null ? [] : [{ name: it, closeness, ...line }];
  });
}

/** Whether a name is the written one, or fits it where it is a pattern; both in their own case. */
export function fitsName(written: string, name: string): boolean {
  return glob(written, '').test(name);
}

/** Whether a line with this name, pattern or type (in any case) is about the column, or what it is made of. */
export function fitsColumn(written: string, column: NamedColumn): boolean {
  if (isPattern(written))
    return (closenessOf(written, column) ?? closenessOfParts(written, column)) !== null;
  return literal(written).toLowerCase() === column.name.toLowerCase();
}

/**
 * The entries of a mapping that mean one of the names: by a name, and then by a pattern. Names are
 * taken in their own case.
 */
export function entriesFor<T>(block: ReadonlyMap<string, T>, names: readonly string[]): T[] {
  const fitting = [...block].filter(([it]) => {
    if (!/(?<!\\)[*?]/.test(it)) return false;
    const fits = glob(it, '');
    return names.some((name) => fits.test(name));
  });
  return [...namedIn(block, names), ...fitting.map(([, value]) => value)];
}

/** The entries of a mapping that have one of the names, in the order of the names. */
export function namedIn<T>(block: ReadonlyMap<string, T>, names: readonly string[]): T[] {
  const written = [...new Set(names)].map(escaped);
  return written.filter((it) => block.has(it)).map((it) => block.get(it) as T);
}

/** What is written and means the column: its own spelling, or else the only one in another case. */
export function matching(column: string, written: readonly string[]): string | null {
  const names = written.filter((it) => !isPattern(it));
  const own = names.find((it) => literal(it) === column);
  if (own !== undefined) return own;
  const folded = column.toLowerCase();
  const alike = names.filter((it) => literal(it).toLowerCase() === folded);
  return alike.length === 1 ? alike[0]! : null;
}

function closenessOf(pattern: string, { name, type, kind }: NamedColumn): number | null {
  const [, about, wanted = ''] = aboutTypes.exec(pattern) ?? [];
  if (about === 'type') {
    return type !== undefined && glob(bareType(wanted), 'i').test(bareType(type)) ? 2 : null;
  }
  if (about === 'kind') return kind !== undefined && glob(wanted, 'i').test(kind) ? 3 : null;
  return isPattern(pattern) && glob(pattern, 'i').test(name) ? 1 : null;
}

function closenessOfParts(pattern: string, { name, madeOf = [] }: NamedColumn): number | null {
  for (const part of madeOf) {
    const closeness = aboutTypes.test(pattern) ? closenessOf(pattern, { name, ...part }) : null;
    if (closeness !== null) return closeness;
  }
  return null;
}

/** `*` stands for any characters, `?` for one. */
function glob(pattern: string, flags: string): RegExp {
  const pieces = pattern.match(/\\[*?]|\*+|[\s\S]/gu) ?? [];
  const parts = [''];
  for (const piece of pieces) {
    if (piece.startsWith('*')) parts.push('');
    else parts[parts.length - 1] += expressionOf(piece);
  }
  const [first = '', ...others] = parts;
  const last = others.pop();
  // Where a part fits first is as good a place as any later one. So it is not tried elsewhere: a
  // lookahead is never entered again. Otherwise a hostile pattern would be tried for hours.
  const middle = others.map((part, i) => `(?=(?<part${i}>.*?${part}))\\k<part${i}>`).join('');
  const end = last === undefined ? '' : `${middle}.*${last}`;
  return new RegExp(`^${first}${end}$`, `su${flags}`);
}

function expressionOf(piece: string): string {
  if (piece === '?') return '.';
  return piece.length > 1 ? piece : piece.replace(/[\\^$.+()[\]{}|]/, '\\$&');
}
