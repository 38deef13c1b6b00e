import { yamlName } from '@hot-fixture/changes';
import type { Row, Value } from '@hot-fixture/database';
import { readDocument } from '@hot-fixture/document';
import type { FileTable } from './model.js';
import type { Section } from './skeleton.js';
import { readValue } from './value-read.js';

/**
 * Reads rows in the very form in which they are written; null where anything is otherwise, for the
 * reader of YAML to judge.
 */
export function readRowsFast(
  text: string,
  section: Section | undefined,
  { columns }: FileTable,
  typed: boolean,
): Row[] | null {
  if (!section) return [];
  if (columns.length === 0) return null;
  const names = columns.map(
    ({ name }, i) => `${i === 0 ? '      - ' : '        '}${yamlName(name)}:`,
  );
  const reader = new Lines(text, section, typed);
  const rows: Row[] = [];
  while (!reader.atEnd) {
    const row: Value[] = [];
    for (const name of names) {
      const value = reader.value(name);
      if (value === undefined) return null;
      row.push(value);
    }
    rows.push(row);
  }
  return rows;
}

/** As `scalarOf` writes them. */
const plainAscii = /^[A-Za-z_][\w@./+-]*(?: [\w@./+-]+)*$/;
const plain = /^[\p{L}_][\p{L}\p{N}_@./+-]*( [\p{L}\p{N}_@./+-]+)*$/u;
const taken = /^(true|false|null|yes|no|on|off|y|n)$/i;
const number = /^-?(0|[1-9]\d*)(\.\d+)?$/;
const real = /^-?\d+\.\d+$|^-?\d+(\.\d+)?e[+-]\d+$/;
const inQuotes = /^'(?:[^']|'')*'$/;
const bytes = /^\{ bytes: (".*") \}$/;
const base64 = /^\{ base64: "([A-Za-z0-9+/]*={0,2})" \}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has none of these.
const unescaped = /^[^"\\\u0000-\u001f]*$/;
const inner = '          ';

class Lines {
  readonly #text: string;
  readonly #end: number;
  readonly #typed: boolean;
  #at: number;

  constructor(text: string, { begin, end }: Section, typed: boolean) {
    this.#text = text;
    this.#at = begin;
    this.#end = end;
    this.#typed = typed;
  }

  get atEnd(): boolean {
    return this.#at >= this.#end;
  }

  /** The value after a name; undefined where it is not in the form that is known. */
  value(name: string): Value | undefined {
    if (!this.#text.startsWith(name, this.#at)) return undefined;
    const begin = this.#at + name.length;
    const end = this.#text.indexOf('\n', begin);
    this.#at = end + 1;
    if (begin === end) return this.#tree();
    if (this.#text[begin] !== ' ') return undefined;
    const written = this.#text.slice(begin + 1, end);
    switch (written[0]) {
      case '"':
        return parsed(written);
      case "'":
        return inQuotes.test(written) ? written.slice(1, -1).replaceAll("''", "'") : undefined;
      case '|':
        return this.#block(written);
      case '{':
        return bytesIn(written);
      case '[':
        return this.#slowly(` ${written}\n`);
      default:
        return this.#scalar(written);
    }
  }

  #scalar(written: string): Value | undefined {
    if (written === 'null') return null;
    if (!this.#typed && number.test(written)) return written;
    if (plainAscii.test(written) || plain.test(written))
      return taken.test(written) ? undefined : written;
    if (!this.#typed) return undefined;
    if (/^-?\d{1,18}$/.test(written)) return BigInt(written);
    if (real.test(written)) return Number(written);
    return this.#slowly(` ${written}\n`);
  }

  /** Lines of a longer text. */
  #block(mark: string): Value | undefined {
    if (mark !== '|-' && mark !== '|') return undefined;
    const lines = this.#innerLines();
    const isOdd = (line: string) => line !== '' && /^\s|\s$/.test(line);
    if (!lines || lines.length === 0 || lines[0] === '' || lines.at(-1) === '') return undefined;
    if (lines.some(isOdd)) return undefined;
    return lines.join('\n') + (mark === '|' ? '\n' : '');
  }

  /** What begins on the next line, such as a tree of JSON. */
  #tree(): Value | undefined {
    const lines = this.#innerLines();
    return lines && this.#slowly(`\n${lines.map((line) => `  ${line}\n`).join('')}`);
  }

  #innerLines(): string[] | null {
    const lines: string[] = [];
    while (this.#at < this.#end) {
      const isInner = this.#text.startsWith(inner, this.#at);
      if (!isInner && this.#text[this.#at] !== '\n') break;
      const end = this.#text.indexOf('\n', this.#at);
      lines.push(isInner ? this.#text.slice(this.#at + inner.length, end) : '');
      this.#at = end + 1;
    }
    return lines;
  }

  /** One value by the reader of YAML. */
  #slowly(written: string): Value | undefined {
    try {
      const { it } = readDocument(`it:${written}`, '', (reason) => new Error(reason)).fields(
        ['it'],
        [],
      );
      return readValue(it, this.#typed);
    } catch {
      return undefined;
    }
  }
}

function bytesIn(written: string): Value | undefined {
  const encoded = base64.exec(written)?.[1];
  if (encoded !== undefined) {
    const decoded = Buffer.from(encoded, 'base64');
    return decoded.toString('base64') === encoded ? decoded : undefined;
  }
  const text = bytes.exec(written)?.[1];
  const found = text === undefined ? undefined : parsed(text);
  return found === undefined ? undefined : Buffer.from(found);
}

/** JSON is YAML where it stands on one line. */
function parsed(written: string): string | undefined {
  const inside = written.slice(1, -1);
  if (written.endsWith('"') && written.length > 1 && unescaped.test(inside)) return inside;
  try {
    const value: unknown = JSON.parse(written);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
