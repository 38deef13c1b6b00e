import type { ColumnFacts, Value } from '../column.js';
import type { Decisions } from '../options.js';
import { type Decision, maskDecision } from '../policy/decision.js';
import type { Found } from './classify.js';
import { type PathValues, pathsOf } from './json.js';
import { choiceFor, isSeen } from './proposal.js';
import { nounOf, thingsOf } from './words.js';

/** What JSON documents hold, and what might become of each path of theirs. */
export interface Document {
  readonly kind: 'document' | null;
  readonly confidence: number;
  readonly evidence: string;
  /** What no line names is left out. */
  readonly paths: Decisions;
}

/** Says what the values of a path hold, as if they were a column of that name and kind. */
type Classify = (name: string, parent: string, kind: string, values: readonly Value[]) => Found;

/** So many paths stand in one line of a policy. */
const mostPaths = 50;
const mostTold = 6;

/** Looks into JSON by path, each as if it were a column; null where the texts are no documents. */
export function documentIn(texts: readonly string[], classify: Classify): Document | null {
  const paths = pathsOf(texts);
  if (!paths) return null;
  const decisions: Record<string, Decision> = {};
  const found: { path: string; kind: NonNullable<Found['kind']>; confidence: number }[] = [];
  const unknown: string[] = [];
  for (const it of paths) {
    const { path, name, parent, values, sorts, isPlain } = it;
    const isTruth = sorts.size === 1 && sorts.has('boolean');
    const { kind, confidence } = classify(name, parent, isTruth ? 'boolean' : 'text', values);
    if (kind !== null) found.push({ path, kind, confidence });
    const decision = isPlain ? decisionFor(it, kind, confidence) : null;
    const isFull = Object.keys(decisions).length >= mostPaths;
    if (decision && !isFull) decisions[path] = decision;
    else if (kind === null || decision) unknown.push(path);
  }
  const told = found.map(({ path, kind }) => `${path} (${nounOf(kind)})`);
  const personal =
    found.length === 0
      ? `JSON; nothing found at ${thingsOf(paths.length, 'path')}`
      : `JSON with personal data at ${listed(told)}`;
  const isProposed = Object.keys(decisions).length > 0;
  const waiting = isProposed && unknown.length > 0 ? `; left out: ${listed(unknown)}` : '';
  return {
    kind: found.length > 0 ? 'document' : null,
    confidence: Math.max(0, ...found.map(({ confidence }) => confidence)),
    evidence: personal + waiting,
    paths: decisions,
  };
}

function listed(all: readonly string[]): string {
  const rest = all.length - mostTold;
  return all.slice(0, mostTold).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}

/** As of a column: numbers and truths of which nothing is known are kept, and texts wait. */
function decisionFor(
  { path, sorts }: PathValues,
  kind: Found['kind'],
  confidence: number,
): Decision | null {
  if (kind === null) return sorts.has('string') ? null : { kind: 'keep' };
  if (!isSeen(kind, confidence)) return null;
  const facts: ColumnFacts = {
    ...{ name: path, type: 'text', kind: 'text' },
    ...{ nullable: true, unique: false, maxLength: null },
  };
  const choice = choiceFor(kind, facts);
  return choice && maskDecision(choice);
}
