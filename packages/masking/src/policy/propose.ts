import type { ColumnFacts } from '../column.js';
import type { OptionValue } from '../options.js';
import type { Decision } from './decision.js';

/**
 * What to write behind a column that has to leave, where nothing else is known of it: `keep` for a
 * part of a key, so that rows still join; else a masker for its kind; `keep` where there is none.
 */
export function proposalFor({
  kind,
  type,
  unique,
}: Pick<ColumnFacts, 'kind' | 'type' | 'unique'>): string {
  if (unique || /^year\b/i.test(type)) return 'keep';
  if (kind === 'date' || kind === 'timestamp') return 'dateShift';
  return kind === 'text' || kind === 'uuid' || kind === 'integer' ? 'hash' : 'keep';
}

/** A decision as a policy writes it. */
export function writtenAs(decision: Decision): string {
  if (decision.kind !== 'mask') return decision.kind;
  // YAML takes the word null for nothing.
  const masker = decision.masker === 'null' ? '"null"' : decision.masker;
  const options = Object.entries(decision.options).map(
    ([name, value]) => `${name}: ${written(value)}`,
  );
  return options.length === 0 ? masker : `{ mask: ${[masker, ...options].join(', ')} }`;
}

function written(value: OptionValue): string {
  if (typeof value !== 'object') return JSON.stringify(value);
  const paths = Object.entries(value).map(
    ([path, it]) => `${JSON.stringify(path)}: ${writtenAs(it)}`,
  );
  return `{ ${paths.join(', ')} }`;
}
