import type { TableName } from '../model.js';

export function quote(identifier: string): string {
  return `\`${identifier.replaceAll('`', '``')}\``;
}

export function quoteTable(table: TableName): string {
  return table.schema === '' ? quote(table.name) : `${quote(table.schema)}.${quote(table.name)}`;
}

const escapes: Record<string, string> = {
  '\0': '\\0',
  '\n': '\\n',
  '\r': '\\r',
  '\u001a': '\\Z',
  "'": "\\'",
  '\\': '\\\\',
};

/**
 * A text literal on one line; needs a mode in which the backslash escapes, which our transactions
 * switch on. The client program would cut at a NUL and turn `\r\n` into `\n`.
 */
export function literal(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped.
  return `'${text.replace(/[\0\n\r\u001a'\\]/g, (character) => escapes[character] as string)}'`;
}

const unescapes: Record<string, string> = { '0': '\0', n: '\n', r: '\r', Z: '\u001a' };

/** The text without the backslashes that escape its characters. */
export function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, (_, character) => unescapes[character] ?? character);
}

export function hexLiteral(bytes: Uint8Array): string {
  return `X'${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex')}'`;
}
