import { type Marks, printable, type SequenceChange } from '@hot-fixture/changes';
import { qualified } from '@hot-fixture/database';
import type { Accepted } from '../compare/difference.js';
import { counted } from './words.js';

const most = 8;

export function sequencesAsText(sequences: readonly SequenceChange[], marks: Marks): string {
  const lines = sequences.slice(0, most).map((it) => {
    const words = (value: SequenceChange['before']) =>
      value === null ? 'not begun' : `${value.last}${value.called ? '' : ' comes next'}`;
    const arrow = marks.aside('→');
    return `  ${printable(qualified(it))}  ${words(it.before)} ${arrow} ${words(it.after)}`;
  });
  const rest = sequences.length - lines.length;
  return [
    marks.heading('sequences'),
    ...lines,
    ...(rest > 0 ? [marks.aside(`  … and ${rest} more`)] : []),
  ].join('\n');
}

/** What the rules let through, so that a rule that is too wide is seen. */
export function acceptedAsText(accepted: readonly Accepted[], marks: Marks): string {
  const parts = accepted.slice(0, most).map(({ schema, name, column, reason, count }) => {
    const table = printable(qualified({ schema, name }));
    if (column === null) return `${table} (${reason})`;
    return `${counted(count, 'value')} of ${table}.${printable(column)} (${reason})`;
  });
  const rest = accepted.length - parts.length;
  return marks.aside(
    `Let through by the rules: ${parts.join(', ')}${rest > 0 ? `, and ${rest} more` : ''}.`,
  );
}
