import type { Column, Value } from '@hot-fixture/database';
import { type Decision, elementsOf, leavingsOf, maskedLeavesOf } from '@hot-fixture/masking';
import { textsOf, wordsOf } from './words.js';

/** What is searched: the words of something that was masked. */
export interface Original {
  readonly words: readonly string[];
  /** Something of it may have stayed. */
  readonly isPart: boolean;
}

/** Shorter ones stand in other columns by chance. */
export const fewestLetters = 6;
/** A longer text is known by how it begins. */
export const mostWords = 6;
/** Small numbers are everywhere; a long one is a number of somebody. */
const fewestDigits = 9;

/** Their few values stand everywhere. */
const common: ReadonlySet<Column['kind']> = new Set(['boolean', 'enum']);
const numbers: ReadonlySet<Column['kind']> = new Set(['integer', 'decimal', 'float', 'time']);

/** What of the values of a masked column is worth a search; none of what stands elsewhere by chance. */
export function originalsOf(
  { kind }: Column,
  decision: Decision | undefined,
): (value: Value) => Original[] {
  const choice = decision?.kind === 'mask' ? decision : null;
  const isPart = choice !== null && leavingsOf(choice) !== null;
  const isJson = kind === 'json' || choice?.masker === 'json';
  const leaves = isJson && choice ? maskedLeavesOf(choice) : null;
  const told = (words: readonly string[]) => (words.length > 0 ? [{ words, isPart }] : []);
  return (value) => {
    if (value === null || common.has(kind)) return [];
    if (value instanceof Uint8Array) return textsOf(value).flatMap((it) => told(ofText(it)));
    if (typeof value !== 'string' || numbers.has(kind)) return told(ofNumber(String(value)));
    if (kind === 'date' || kind === 'timestamp') return told(ofMoment(value));
    const found = leaves?.(value);
    if (found) {
      return found.flatMap(({ text, isNumber, isPart }) => {
        const words = isNumber ? ofNumber(text) : ofText(text);
        return words.length > 0 ? [{ words, isPart }] : [];
      });
    }
    const elements = kind === 'array' ? elementsOf(value) : null;
    if (!elements) return told(ofText(value));
    return elements.flatMap((it) => {
      if (it === null) return [];
      return told(/^[-+]?[\d.]+(?:e[-+]?\d+)?$/i.test(it) ? ofNumber(it) : ofText(it));
    });
  };
}

function ofText(text: string): string[] {
  const words = wordsOf(text).slice(0, mostWords);
  return words.join('').length >= fewestLetters ? words : [];
}

/** The zeros around a fraction are none of its digits. */
function ofNumber(text: string): string[] {
  const shown = text.includes('.') ? text.replace(/e.*$/i, '').replace(/0+$/, '') : text;
  const digits = shown.replace(/\D/g, '');
  const telling = text.includes('.') ? digits.replace(/^0+/, '') : digits;
  return telling.length >= fewestDigits ? wordsOf(text) : [];
}

/** A moment to its second; at midnight, a date. */
function ofMoment(text: string): string[] {
  if (/^(?:[-+]?infinity|[0\s:.-]*)$/i.test(text)) return [];
  const words = wordsOf(text).slice(0, mostWords);
  if (!isMoment(text)) return ofText(text);
  return words.slice(3).every((word) => /^0+$/.test(word)) ? words.slice(0, 3) : words;
}

/** A date or a time, and no other text, which SQLite takes in such a column, too. */
export function isMoment(text: string): boolean {
  return /^[-+\d\s:.tz/]+(?: bc)?$/i.test(text);
}
