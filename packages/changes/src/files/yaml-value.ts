import type { Value } from '@hot-fixture/database';
import { treeOf } from './json-text.js';
import { realText } from './json-value.js';
import { isPrintable, scalarOf } from './yaml-scalar.js';

/**
 * What follows the colon of an entry, with the end of its line: a value in the form in which files
 * of changes hold it.
 * @param numbersAreTexts whether a text that looks like a number stands without quotes
 * @param indent where further lines begin
 */
export function yamlValue(value: Value, numbersAreTexts: boolean, indent: string): string {
  if (value === null) return ' null\n';
  if (typeof value === 'bigint') return ` ${value}\n`;
  if (typeof value === 'number') return ` ${realOf(value)}\n`;
  if (value instanceof Uint8Array) return ` ${bytesOf(value)}\n`;
  const json = treeOf(value);
  if (json) return `\n${indent}${json.style}:${tree(json.tree, `${indent}  `)}`;
  return ` ${scalarOf(value, numbersAreTexts, indent)}\n`;
}

/** YAML finds a key only by its first 1024 characters, unless a mark stands before it. */
export function yamlEntry(indent: string, key: string, value: string): string {
  const written = yamlName(key);
  if (written.length < 1000) return `${indent}${written}:${value}`;
  return `${indent}? ${written}\n${indent}:${value}`;
}

/** On one line, and never taken for anything but a text. */
export function yamlName(text: string): string {
  const scalar = scalarOf(text, false, '');
  return scalar.includes('\n') ? JSON.stringify(text) : scalar;
}

function realOf(value: number): string {
  if (Number.isFinite(value)) return realText(value);
  return value > 0 ? '.inf' : '-.inf';
}

/** Bytes that are a text are shown as one. */
function bytesOf(bytes: Uint8Array): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = buffer.toString('utf8');
  if (text !== '' && isPrintable(text) && buffer.equals(Buffer.from(text))) {
    return `{ bytes: ${JSON.stringify(text)} }`;
  }
  return `{ base64: "${buffer.toString('base64')}" }`;
}

/** A tree of JSON; numbers are numbers in it, so texts that look like one are quoted. */
function tree(value: unknown, indent: string): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return ' []\n';
    return `\n${value.map((it) => `${indent}-${tree(it, `${indent}  `)}`).join('')}`;
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return ' {}\n';
    const lines = entries.map(([key, it]) => yamlEntry(indent, key, tree(it, `${indent}  `)));
    return `\n${lines.join('')}`;
  }
  if (typeof value === 'string') return ` ${scalarOf(value, false, indent)}\n`;
  return ` ${String(value)}\n`;
}
