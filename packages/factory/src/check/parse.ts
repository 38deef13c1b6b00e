import { type Token, tokensOf } from './tokens.js';

/** An SQL expression: names, values, and what is done to them. */
export type Expression =
  | { readonly is: 'name'; readonly name: string }
  | { readonly is: 'value'; readonly value: string | number | boolean | null }
  | { readonly is: 'list'; readonly items: readonly Expression[] }
  | { readonly is: 'call'; readonly name: string; readonly items: readonly Expression[] };

/** Thrown for what is not understood, and caught here. */
class Unclear extends Error {}

/** Reads a condition of any dialect; null where it is not understood. Casts are left out. */
export function parseCondition(sql: string): Expression | null {
  const tokens = tokensOf(sql);
  if (!tokens) return null;
  try {
    return new Parser(tokens).whole();
  } catch (error) {
    if (error instanceof Unclear) return null;
    throw error;
  }
}

const comparisons = new Set(['=', '<', '>', '<=', '>=', '<>', '!=']);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Expression {
    const found = this.#either();
    if (this.#token.kind !== 'end') throw new Unclear();
    return found;
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  /** Takes a word or a sign, if it comes next. */
  #take(text: string): boolean {
    const { kind, text: found } = this.#token;
    if ((kind !== 'word' && kind !== 'sign') || found.toLowerCase() !== text) return false;
    this.#at += 1;
    return true;
  }

  #need(text: string): void {
    if (!this.#take(text)) throw new Unclear();
  }

  #either(): Expression {
    const items = [this.#all()];
    while (this.#take('or')) items.push(this.#all());
    return items.length === 1 ? (items[0] as Expression) : { is: 'call', name: 'or', items };
  }

  #all(): Expression {
    const items = [this.#negated()];
    while (this.#take('and')) items.push(this.#negated());
    return items.length === 1 ? (items[0] as Expression) : { is: 'call', name: 'and', items };
  }

  #negated(): Expression {
    if (this.#take('not')) return call('not', this.#negated());
    return this.#compared();
  }

  #compared(): Expression {
    const left = this.#summed();
    const { kind, text } = this.#token;
    if (kind === 'sign' && comparisons.has(text)) {
      this.#at += 1;
      if (text === '=' && this.#take('any')) return call('in', left, this.#summed());
      return call(text === '!=' ? '<>' : text, left, this.#summed());
    }
    if (this.#take('is')) {
      const negated = this.#take('not');
      this.#need('null');
      const test = call(negated ? 'is not null' : 'is null', left);
      const next = this.#token;
      if (next.kind !== 'sign' || !comparisons.has(next.text)) return test;
      this.#at += 1;
      return call(next.text === '!=' ? '<>' : next.text, test, this.#summed());
    }
    const negated = this.#take('not');
    if (this.#take('between')) {
      const low = this.#summed();
      this.#need('and');
      const both = call('and', call('>=', left, low), call('<=', left, this.#summed()));
      return negated ? call('not', both) : both;
    }
    if (this.#take('in')) {
      this.#need('(');
      const among = call('in', left, { is: 'list', items: this.#items(')') });
      return negated ? call('not', among) : among;
    }
    if (negated) throw new Unclear();
    return left;
  }

  #summed(): Expression {
    const first = this.#cast();
    const { kind, text } = this.#token;
    if (kind === 'sign' && /^([+*/%~!]|-|\|\|)/.test(text) && text !== '!=') throw new Unclear();
    return first;
  }

  #cast(): Expression {
    const found = this.#atom();
    while (this.#take('::')) this.#type();
    return found;
  }

  /** Several words, a length, brackets: `character varying(20)[]`. */
  #type(): void {
    if (this.#token.kind !== 'word' && this.#token.kind !== 'name') throw new Unclear();
    this.#at += 1;
    while (this.#take('.') || this.#take('varying') || this.#take('precision')) {
      if (this.#token.kind === 'name') this.#at += 1;
    }
    if (this.#take('(')) this.#items(')');
    for (const zone of ['with', 'without']) if (this.#take(zone)) this.#at += 2;
    while (this.#take('[')) this.#need(']');
  }

  #items(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#take(end)) {
      items.push(this.#either());
      if (!this.#take(',') && !(this.#token.kind === 'sign' && this.#token.text === end)) {
        throw new Unclear();
      }
    }
    return items;
  }

  #atom(): Expression {
    const { kind, text } = this.#token;
    this.#at += 1;
    switch (kind) {
      case 'name':
        return { is: 'name', name: text };
      case 'text':
        return { is: 'value', value: text };
      case 'number':
        return { is: 'value', value: Number(text) };
      case 'word':
        return this.#word(text);
      default:
        return this.#sign(text);
    }
  }

  #sign(text: string): Expression {
    if (text === '(') {
      const inner = this.#either();
      if (this.#take(')')) return inner;
    }
    const next = text === '-' ? this.#cast() : null;
    if (next?.is === 'value' && typeof next.value === 'number')
      return { ...next, value: -next.value };
    throw new Unclear();
  }

  #word(text: string): Expression {
    const lower = text.toLowerCase();
    if (lower === 'true' || lower === 'false') return { is: 'value', value: lower === 'true' };
    if (lower === 'null') return { is: 'value', value: null };
    if (lower === 'array' && this.#take('[')) return { is: 'list', items: this.#items(']') };
    if (!this.#take('(')) return { is: 'name', name: text };
    if (lower !== 'cast') return { is: 'call', name: lower, items: this.#items(')') };
    const inner = this.#either();
    this.#need('as');
    this.#type();
    this.#need(')');
    return inner;
  }
}

function call(name: string, ...items: Expression[]): Expression {
  return { is: 'call', name, items };
}
