import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  Parser,
  type Scalar,
} from 'yaml';
import { tooDeepAt } from './depth.js';

/** Makes the error of the room whose file it is. */
export type Fail = (reason: string, where: string) => Error;

/** One value of a document, which knows where it stands. */
export interface Field {
  /** `file:line:column` */
  readonly where: string;
  readonly kind: 'mapping' | 'list' | 'text' | 'number' | 'boolean' | 'null';
  /** What stands there for a text, number, boolean or null; empty where nothing stands. */
  readonly written: string;
  /** A mapping in braces, a list in brackets. */
  readonly isFlow: boolean;
  /** One of the tags that the reader knows, such as `!any`; null where there is none. */
  readonly tag: string | null;
  /** The value as plain JavaScript; whole numbers are bigint. */
  value(): unknown;
  /** A text, or a number or boolean as it was written. */
  text(): string;
  boolean(): boolean;
  /** A whole number within bounds. */
  integer(least: number, most: number): number;
  list(): Field[];
  /** The entries in their order, under names that the author chose, and where each name stands. */
  entries(): [name: string, field: Field, where: string][];
  /** The entries under names that are known; another name, or a missing one of `required`, fails. */
  fields<R extends string, O extends string>(
    required: readonly R[],
    optional: readonly O[],
  ): Record<R, Field> & Partial<Record<O, Field>>;
  /** The error of its room, at this place. */
  fail(reason: string): Error;
}

/**
 * Reads a YAML 1.2 document for its fields. Duplicate keys, aliases, unknown tags and more than one
 * document are refused: these files are read by people, and grow by nobody's trick.
 * @param file its name for messages
 * @param tags those of its own, such as `!any`, that mappings and texts may have
 * @throws what `fail` makes, at `file:line:column`
 */
export function readDocument(
  text: string,
  file: string,
  fail: Fail,
  tags: readonly string[] = [],
): Field {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const tokens = [...new Parser(lines.addNewLine).parse(text)];
  const deep = tooDeepAt(tokens);
  if (deep !== null) throw fail('it is nested too deep', place(deep));

  const composer = new Composer({
    intAsBigInt: true,
    uniqueKeys: true,
    prettyErrors: false,
    strict: true,
    customTags: tags.flatMap((tag) => [
      { tag, collection: 'map' as const },
      { tag, resolve: (scalar: string) => scalar },
    ]),
  });
  const [document, second] = composer.compose(tokens, true, text.length);
  const problem = document?.errors[0] ?? document?.warnings[0];
  if (problem) throw fail(firstLine(problem.message), place(problem.pos[0]));
  if (!document || second) {
    throw fail('one document is expected here', place(second?.range[0] ?? 0));
  }

  const fieldOf = (node: unknown, fallback: string): Field => {
    const range = (node as Node | null)?.range;
    const where = range ? place(range[0]) : fallback;
    if (isAlias(node))
      throw fail('an alias (*name) is not allowed here: write the value out', where);
    return field(node, where);
  };

  const field = (node: unknown, where: string): Field => {
    const kind = kindOf(node);
    const refuse = (reason: string) => fail(reason, where);
    const expect = (wanted: Field['kind'], words: string) => {
      if (kind !== wanted) throw refuse(`${words} is expected here, not ${described(kind)}`);
    };
    const entries = (): [string, Field, string][] => {
      expect('mapping', 'a mapping (name: value)');
      if (!isMap(node)) return [];
      return node.items.map((pair) => {
        const key = pair.key as Scalar;
        const at = key.range ? place(key.range[0]) : where;
        if (!isScalar(key)) throw fail('a name must be a plain text', at);
        return [writtenAs(key), fieldOf(pair.value, at), at];
      });
    };
    return {
      where,
      kind,
      written: isScalar(node) ? writtenAs(node) : '',
      isFlow: (isMap(node) || isSeq(node)) && node.flow === true,
      tag: tags.find((it) => (isMap(node) || isScalar(node)) && node.tag === it) ?? null,
      value: () => (node as Node | null)?.toJS(document) ?? null,
      text() {
        if (kind === 'mapping' || kind === 'list' || kind === 'null') expect('text', 'a text');
        return writtenAs(node as Scalar);
      },
      boolean() {
        expect('boolean', 'true or false');
        return (node as Scalar<boolean>).value;
      },
      integer(least, most) {
        const value = (node as Scalar | null)?.value;
        const within = typeof value === 'bigint' && value >= BigInt(least) && value <= BigInt(most);
        if (!within) throw refuse(`a whole number from ${least} to ${most} is expected here`);
        return Number(value);
      },
      list() {
        expect('list', 'a list');
        return isSeq(node) ? node.items.map((item) => fieldOf(item, where)) : [];
      },
      entries,
      fields(required, optional) {
        const known: readonly string[] = [...required, ...optional];
        const found = new Map<string, Field>();
        for (const [name, value, at] of entries()) {
          if (!known.includes(name)) {
            throw fail(`"${name}" is not known here; known are ${known.join(', ')}`, at);
          }
          found.set(name, value);
        }
        const missing = required.find((name) => !found.has(name));
        if (missing) throw refuse(`"${missing}" is missing`);
        return Object.fromEntries(found) as never;
      },
      fail: refuse,
    };
  };
  return fieldOf(document.contents, `${file}:1:1`);
}

function kindOf(node: unknown): Field['kind'] {
  if (isMap(node)) return 'mapping';
  if (isSeq(node)) return 'list';
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'string') return 'text';
  if (typeof value === 'bigint' || typeof value === 'number') return 'number';
  return typeof value === 'boolean' ? 'boolean' : 'null';
}

function described(kind: Field['kind']): string {
  return kind === 'null' ? 'nothing' : `a ${kind}`;
}

/** What stands in the file: `007` and `1e3` are not turned into other texts. */
function writtenAs(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}

function firstLine(message: string): string {
  return message.split('\n')[0] as string;
}
