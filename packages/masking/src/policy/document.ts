import { HfitError } from '@hot-fixture/errors';
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
  type YAMLMap,
} from 'yaml';
import { tooDeepAt } from './depth.js';

/** One line of a mapping. */
export interface Field {
  readonly name: string;
  readonly key: Node;
  readonly value: Node | null;
}

/**
 * A YAML text that is walked node by node and never built into objects: so nothing is expanded,
 * no key means more than its text, and each thing knows its place.
 */
export class PolicyDocument {
  readonly file: string;
  readonly root: Node | null;
  readonly #lines = new LineCounter();

  /** @throws HFIT_POLICY_SYNTAX */
  constructor(text: string, file: string) {
    this.file = file;
    const tokens = [...new Parser(this.#lines.addNewLine).parse(text)];
    const deep = tooDeepAt(tokens);
    if (deep !== null) throw this.#syntax('it is nested too deep', deep);

    const composer = new Composer({ prettyErrors: false, uniqueKeys: false });
    const [document, second] = composer.compose(tokens, true, text.length);
    if (!document) throw this.#syntax('it is empty', 0);
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw this.#syntax(problem.message, problem.pos[0], problem);
    if (second) throw this.#syntax('there is a second document', second.range[0]);
    this.root = document.contents;
  }

  /** `file:line:column`. */
  at(node: Node | null): string {
    return this.#place(node?.range?.[0] ?? 0);
  }

  line(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).line;
  }

  /** From 1. */
  column(node: Node): number {
    return this.#lines.linePos(node.range?.[0] ?? 0).col;
  }

  /**
   * The fields of a mapping in their order; none where nothing is written.
   * @param what how to call it in an error
   * @throws HFIT_POLICY_SHAPE, HFIT_POLICY_ALIAS, HFIT_POLICY_DUPLICATE, HFIT_POLICY_NAME
   */
  fields(node: Node | null, what: string, field: string, parent: Node | null = node): Field[] {
    if (node === null || (isScalar(node) && textOf(node) === '')) return [];
    this.refuseAlias(node);
    if (!isMap(node)) throw this.wrongShape(node, what, `a mapping of ${field}s`, parent);
    const lines = new Map<string, number>();
    return (node as YAMLMap<Node, Node | null>).items.map(({ key, value }) => {
      this.refuseAlias(key);
      if (!isScalar(key)) throw this.wrongShape(key, `the name of ${field}`, 'a word');
      const name = textOf(key);
      const where = this.at(key);
      // JavaScript means the prototype by it, in whatever object a caller may put the name.
      if (name === '' || name === '__proto__') {
        throw new HfitError('HFIT_POLICY_NAME', { what: `a ${field}`, name }, { where });
      }
      const line = lines.get(name);
      if (line !== undefined) {
        throw new HfitError('HFIT_POLICY_DUPLICATE', { name, line }, { where });
      }
      lines.set(name, this.line(key));
      return { name, key, value };
    });
  }

  wrongShape(node: Node | null, what: string, expected: string, near: Node | null = node) {
    const where = this.at(node ?? near);
    return new HfitError('HFIT_POLICY_SHAPE', { what, expected, found: called(node) }, { where });
  }

  refuseAlias(node: Node | null): void {
    if (isAlias(node)) {
      throw new HfitError('HFIT_POLICY_ALIAS', { alias: node.source }, { where: this.at(node) });
    }
  }

  #syntax(message: string, offset: number, cause?: unknown) {
    const context = { where: this.#place(offset), ...(cause === undefined ? {} : { cause }) };
    const reason = message.replace(/\s+/g, ' ');
    return new HfitError('HFIT_POLICY_SYNTAX', { reason }, context);
  }

  #place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.file}:${Math.max(line, 1)}:${Math.max(col, 1)}`;
  }
}

/** What is written, also where YAML would make it a number, a truth value or null of it. */
export function textOf(scalar: Scalar): string {
  return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? '');
}

function called(node: Node | null): string {
  if (isSeq(node)) return 'a list';
  if (isMap(node)) return 'a mapping';
  return isScalar(node) && textOf(node) !== '' ? `"${textOf(node)}"` : 'empty';
}
