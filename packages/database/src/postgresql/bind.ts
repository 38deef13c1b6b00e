import { HfitError } from '@hot-fixture/errors';
import type { Column } from '../model.js';

/**
 * A text that the server would read as a value of the column. What is beyond the range of its type
 * would end the query, as a fault of the database.
 * @throws HFIT_FILTER_TYPE
 */
export function bind(column: Column, text: string): string {
  if (isInRange(column, text)) return text;
  const { name, type } = column;
  throw new HfitError('HFIT_FILTER_TYPE', { column: name, type, value: JSON.stringify(text) });
}

const bits: Readonly<Record<string, number>> = { smallint: 16, integer: 32, bigint: 64 };

function isInRange({ kind, type }: Column, text: string): boolean {
  switch (kind) {
    case 'integer': {
      const number = BigInt(text.replace('+', ''));
      if (type === 'oid') return BigInt.asUintN(32, number) === number;
      return BigInt.asIntN(bits[type] ?? 64, number) === number;
    }
    case 'decimal':
      return Math.abs(Number(/e(.+)$/i.exec(text)?.[1] ?? 0)) < 10_000;
    case 'float': {
      const number = type === 'real' ? Math.fround(Number(text)) : Number(text);
      const isZero = !/[1-9]/.test(text.replace(/e.*/i, ''));
      return Number.isFinite(number) && (number !== 0 || isZero);
    }
    case 'date':
    case 'timestamp': {
      const [year, month, day] = text.split(/[-T ]/, 3).map(Number);
      return Number(year) > 0 && Number(year) < 290_000 && month !== 0 && day !== 0;
    }
    case 'time': {
      const [hour = 0, minute = 0, second = 0] = text.split(/[:+-]/, 3).map(Number);
      return hour < 24 || (hour === 24 && minute === 0 && second === 0);
    }
    default:
      return true;
  }
}
