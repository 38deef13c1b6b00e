import type { BoundMask } from '../bind.js';
import type { ColumnFacts } from '../column.js';
import { fits } from '../fitting.js';
import { type Path, parsePath } from '../json/path.js';
import { type Fate, rewriteJson } from '../json/rewrite.js';
import { type Binding, defineMasker, type Mask } from '../masker.js';
import type { OptionSpecs } from '../options.js';
import { type Decision, strictest } from '../policy/decision.js';

export const json = defineMasker({
  name: 'json',
  about:
    'The document with a decision for each of its paths: kept, denied, or masked. What no path names is left out.',
  kinds: ['json', 'text'],
  keeps: { unique: false, length: false, format: true, order: false, referential: 'by path' },
  options: {
    paths: {
      type: 'paths',
      about:
        'What becomes of each path, as of a column: `{ "$.contact.email": email, "$.items[*].price": keep }`. `$..name` is at any depth. A line for an object or a list counts for all in it, `"null"` for it as a whole; where several lines fit, the strictest wins. Keys below a mask that no path names are hashed, as are those that only `*` leads to, unless what stands there is kept.',
    },
    others: {
      type: 'choice',
      choices: ['deny', 'keep'],
      default: 'deny',
      about: 'What becomes of all that no path names.',
    },
  },
  leaves({ paths: given, others }, of) {
    if (typeof given !== 'object' || given === null) return null;
    const decisions = Object.values(given);
    const paths = Object.keys(given).flatMap((text) => parsed(text));
    const isRead = decisions.every((it) => typeof it?.kind === 'string');
    if (!isRead || paths.length < decisions.length) return null;
    const fates = decisions.map((it): Fate => {
      if (it.kind !== 'mask') return it.kind === 'deny' ? 'drop' : 'keep';
      const leavings = of(it);
      // The keys above a mask stay, and may tell something themselves.
      if (!leavings) return () => 'null';
      return (literal) =>
        literal.startsWith('"') ? JSON.stringify(leavings(JSON.parse(literal))) : literal;
    });
    const fateAt = (ended: readonly number[]) => {
      const decision = strictest(ended.map((i) => decisions[i]!));
      return decision && fates[decisions.indexOf(decision)]!;
    };
    const rest = others === 'deny' ? 'drop' : 'keep';
    return (masked) => rewriteJson(masked, paths, fateAt, rest, asItIs) ?? masked;
  },
  bind(binding): Mask {
    const { options, column, bindOther, refuse, unreadable } = binding;
    const lines = Object.entries(options.paths);
    const paths = lines.map(([text]) => {
      const path = parsePath(text);
      if (!path) throw refuse(`${text} is no path`);
      return path;
    });
    const fates = new Map(lines.map(([text, it]) => [it, fateOf(binding, text, it)]));
    const fateAt = (ended: readonly number[]) => {
      const decision = strictest(ended.map((i) => lines[i]![1]));
      return decision && fates.get(decision)!;
    };
    const others = options.others === 'keep' ? 'keep' : 'drop';
    const hash = bindOther({ masker: 'hash', options: {} }, factsOf(column, 'keys', 'text'));
    const maskKey = (key: string) => String(hash(key));
    return (value) => {
      if (typeof value !== 'string') return unreadable();
      const masked = rewriteJson(value, paths, fateAt, others, maskKey);
      return masked !== null && fits(masked, column.maxLength) ? masked : unreadable();
    };
  },
});

const asItIs = (key: string) => key;

function parsed(text: string): Path[] {
  const path = parsePath(text);
  return path ? [path] : [];
}

/** Text first: what stands in a document as text is masked as in a column of texts. */
const kindsOfTexts = ['text', 'timestamp', 'date', 'decimal', 'integer'];

function fateOf<S extends OptionSpecs>(
  { column, bindOther, kindsOf }: Binding<S>,
  path: string,
  decision: Decision,
): Fate {
  if (decision.kind !== 'mask') return decision.kind === 'keep' ? 'keep' : 'drop';
  if (decision.masker === 'null') return 'null';
  const known = kindsOf(decision);
  const bound = new Map<string, BoundMask>();
  const maskOf = (wanted: readonly string[]): BoundMask => {
    const kind = known === 'any' ? 'text' : (wanted.find((it) => known.includes(it)) ?? known[0]!);
    const mask = bound.get(kind) ?? bindOther(decision, factsOf(column, path, kind));
    bound.set(kind, mask);
    return mask;
  };
  // What cannot serve is refused before a row is read.
  maskOf(kindsOfTexts);
  return (literal) => {
    if (literal.startsWith('"')) return JSON.stringify(maskOf(kindsOfTexts)(JSON.parse(literal)));
    const isNumber = /^-?\d/.test(literal);
    if (!isNumber) return JSON.stringify(maskOf(['boolean', 'text'])(literal));
    const kinds = /^-?\d+$/.test(literal) ? ['integer', 'decimal', 'float'] : ['decimal', 'float'];
    const masked = maskOf([...kinds, 'text'])(literal);
    const staysNumber = typeof masked === 'string' && /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(masked);
    return staysNumber ? masked : JSON.stringify(masked);
  };
}

function factsOf(column: ColumnFacts, path: string, kind: string): ColumnFacts {
  const name = `${column.name} ${path}`;
  return { name, type: kind, kind, nullable: true, unique: false, maxLength: null };
}
