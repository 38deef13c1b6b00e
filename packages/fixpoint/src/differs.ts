import { HfitError } from '@hot-fixture/errors';
import type { Difference } from './compare/difference.js';
import type { Way } from './ground.js';
import { differenceAsText } from './show/text.js';

/** What a comparison of a database with a fixpoint has found. */
export interface FixpointDifference extends Difference, Way {
  readonly name: string;
  /** Whether the fixpoint was written anew, because the new state was to be accepted. */
  readonly updated: boolean;
}

/** Thrown by `compare`: its message ends with the difference, as text, and with its page. */
export class FixpointDiffers extends HfitError<'HFIT_FIXPOINT_DIFFERS'> {
  declare readonly difference: FixpointDifference;
  /** The URL of the page that shows it; null where none was written. */
  readonly page: string | null;

  constructor(difference: FixpointDifference, where: string, page: string | null = null) {
    const { name, changes } = difference;
    super('HFIT_FIXPOINT_DIFFERS', { name, count: countOf(changes) }, { where });
    // Runners print all that they can count of an error; the text says it better.
    Object.defineProperty(this, 'difference', { value: difference });
    this.page = page;
    const end = page === null ? '' : `\n\nAs a page: ${page}`;
    this.message = `${this.message}\n\n${differenceAsText(difference)}${end}`;
  }
}

function countOf({ tables, sequences }: Difference['changes']): string {
  const rows = tables.reduce(
    (sum, it) => sum + it.inserted.length + it.updated.length + it.deleted.length,
    0,
  );
  const parts = [
    ...(rows > 0 ? [`${counted(rows, 'row')} of ${counted(tables.length, 'table')}`] : []),
    ...(sequences.length > 0 ? [counted(sequences.length, 'sequence')] : []),
  ];
  return parts.join(' and ');
}

const counted = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`;
