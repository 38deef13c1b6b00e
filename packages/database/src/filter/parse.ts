import { syntaxError, type Token, tokens } from './tokens.js';
import { type Comparison, type Condition, comparisons, type Filter, type Operand } from './tree.js';

/** A query for a few values of one table, as a prepare step asks it. */
export interface Query {
  /** As written, perhaps with a schema before it. */
  readonly table: string;
  readonly columns: readonly string[];
  readonly filter: Filter;
}

/**
 * Reads `[WHERE] condition [ORDER BY column [ASC|DESC], …] [LIMIT n]`. Values are numbers,
 * `'texts'`, TRUE, FALSE and `${variables}`; conditions are comparisons, IN, BETWEEN, LIKE and
 * IS NULL, joined by AND, OR, NOT and parentheses.
 * @throws HFIT_FILTER_SYNTAX with the position of the first thing that does not belong
 */
export function parseFilter(text: string): Filter {
  const parser = new Parser(text);
  const filter = parser.filter(false);
  parser.end();
  return filter;
}

/**
 * Reads `SELECT column, … FROM table [WHERE …] [ORDER BY …] [LIMIT n]`.
 * @throws HFIT_FILTER_SYNTAX
 */
export function parseQuery(text: string): Query {
  const parser = new Parser(text);
  const query = parser.query();
  parser.end();
  return query;
}

const reserved = new Set(
  'select from where order by limit and or not in between like is null true false asc desc'.split(
    ' ',
  ),
);

/** People nest a few levels; a thousand end the stack of the parser, or of the database. */
const deepest = 100;

class Parser {
  readonly #tokens: Token[];
  readonly #qualified: string[][] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  query(): Query {
    this.#expectWord('select');
    const columns = this.#list(() => this.#column());
    this.#expectWord('from');
    let table = this.#name('a table');
    if (this.#takeSymbol('.')) table += `.${this.#name('a table')}`;
    return { table, columns, filter: this.filter(true) };
  }

  filter(whereIsNeeded: boolean): Filter {
    const has = this.#takeWord('where') || (!whereIsNeeded && !this.#tailBegins());
    const where = has ? this.#either() : null;
    const orderBy = this.#takeWord('order') ? this.#orders() : [];
    const limit = this.#takeWord('limit') ? this.#limit() : null;
    const qualified = this.#qualified;
    return { where, orderBy, limit, ...(qualified.length > 0 && { qualified }) };
  }

  end(): void {
    const token = this.#peek();
    if (token.kind !== 'end') throw unexpected(token);
  }

  #tailBegins(): boolean {
    return this.#peek().kind === 'end' || this.#isWord('order') || this.#isWord('limit');
  }

  #orders() {
    this.#expectWord('by');
    return this.#list(() => {
      const column = this.#column();
      const descending = this.#takeWord('desc');
      if (!descending) this.#takeWord('asc');
      return { column, descending };
    });
  }

  #limit(): Operand {
    const token = this.#next();
    if (token.kind === 'variable') return variable(token.text);
    if (token.kind === 'number' && /^\d+$/.test(token.text)) return literal(token.text);
    throw syntaxError(token.position, 'LIMIT takes a whole number');
  }

  #either(): Condition {
    const parts = [this.#both()];
    while (this.#takeWord('or')) parts.push(this.#both());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'or', parts };
  }

  #both(): Condition {
    const parts = [this.#single()];
    while (this.#takeWord('and')) parts.push(this.#single());
    return parts.length === 1 ? (parts[0] as Condition) : { kind: 'and', parts };
  }

  #single(): Condition {
    const { position } = this.#peek();
    if (this.#takeWord('not')) {
      return { kind: 'not', part: this.#deeper(position, () => this.#single()) };
    }
    if (this.#takeSymbol('(')) {
      const inner = this.#deeper(position, () => this.#either());
      this.#expectSymbol(')');
      return inner;
    }
    return this.#predicate();
  }

  #deeper<T>(position: number, read: () => T): T {
    if (this.#depth === deepest) {
      throw syntaxError(position, `it is nested more than ${deepest} levels deep`);
    }
    this.#depth += 1;
    const inner = read();
    this.#depth -= 1;
    return inner;
  }

  #predicate(): Condition {
    const column = this.#column();
    if (this.#takeWord('is')) {
      const negated = this.#takeWord('not');
      this.#expectWord('null');
      return { kind: 'null', column, negated };
    }
    const negated = this.#takeWord('not');
    if (this.#takeWord('in')) {
      this.#expectSymbol('(');
      const values = this.#list(() => this.#operand());
      this.#expectSymbol(')');
      return { kind: 'in', column, negated, values };
    }
    if (this.#takeWord('between')) {
      const low = this.#operand();
      this.#expectWord('and');
      return { kind: 'between', column, negated, low, high: this.#operand() };
    }
    if (this.#takeWord('like')) return { kind: 'like', column, negated, pattern: this.#operand() };
    const token = this.#next();
    if (negated) throw syntaxError(token.position, 'IN, BETWEEN or LIKE must follow NOT here');
    const operator = (token.text === '!=' ? '<>' : token.text) as Comparison;
    if (token.kind !== 'symbol' || !comparisons.includes(operator)) {
      throw token.kind === 'end'
        ? syntaxError(token.position, `a comparison must follow column "${column}"`)
        : unexpected(token);
    }
    return { kind: 'compare', column, operator, value: this.#operand() };
  }

  #operand(): Operand {
    const token = this.#next();
    if (token.kind === 'number') return literal(token.text);
    if (token.kind === 'variable') return variable(token.text);
    if (token.kind === 'string') return { pieces: pieces(token.text) };
    const word = token.kind === 'name' ? token.text.toLowerCase() : '';
    if (word === 'true' || word === 'false') return literal(word);
    if (word === 'null') throw syntaxError(token.position, 'compare with NULL by IS NULL');
    throw token.kind === 'end'
      ? syntaxError(token.position, 'a value is missing')
      : unexpected(token);
  }

  /** A column, perhaps with its table before it, which is checked where the table is known. */
  #column(): string {
    const parts = [this.#name('a column')];
    while (this.#takeSymbol('.')) parts.push(this.#name('a column'));
    if (parts.length > 1) this.#qualified.push(parts);
    return parts.at(-1) as string;
  }

  #name(what: string): string {
    const token = this.#next();
    const plain = token.kind === 'name' && !reserved.has(token.text.toLowerCase());
    if (!plain && token.kind !== 'quoted') {
      throw token.kind === 'end'
        ? syntaxError(token.position, `${what} is missing`)
        : syntaxError(token.position, `${what} is expected, not ${JSON.stringify(token.text)}`);
    }
    return token.text;
  }

  #list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.#takeSymbol(',')) items.push(item());
    return items;
  }

  #peek(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at += 1;
    return token;
  }

  #isWord(word: string): boolean {
    const token = this.#peek();
    return token.kind === 'name' && token.text.toLowerCase() === word;
  }

  #takeWord(word: string): boolean {
    const is = this.#isWord(word);
    if (is) this.#at += 1;
    return is;
  }

  #expectWord(word: string): void {
    if (!this.#takeWord(word)) {
      throw syntaxError(this.#peek().position, `${word.toUpperCase()} is missing`);
    }
  }

  #takeSymbol(symbol: string): boolean {
    const token = this.#peek();
    const is = token.kind === 'symbol' && token.text === symbol;
    if (is) this.#at += 1;
    return is;
  }

  #expectSymbol(symbol: string): void {
    if (!this.#takeSymbol(symbol)) {
      throw syntaxError(this.#peek().position, `"${symbol}" is missing`);
    }
  }
}

function unexpected(token: Token) {
  return syntaxError(token.position, `unexpected ${JSON.stringify(token.text)}`);
}

function literal(text: string): Operand {
  return { pieces: [text] };
}

function variable(name: string): Operand {
  return { pieces: [{ variable: name }] };
}

/** Finds the `${variables}` inside a quoted text; they are bound like all others. */
function pieces(text: string): Operand['pieces'] {
  const found: (string | { variable: string })[] = [];
  let from = 0;
  for (const match of text.matchAll(/\$\{\s*(\w+)\s*\}/g)) {
    if (match.index > from) found.push(text.slice(from, match.index));
    found.push({ variable: match[1] as string });
    from = match.index + match[0].length;
  }
  if (from < text.length || found.length === 0) found.push(text.slice(from));
  return found;
}
